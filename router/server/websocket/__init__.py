"""GraphQL over WebSocket: the ``graphql-transport-ws`` subprotocol."""
