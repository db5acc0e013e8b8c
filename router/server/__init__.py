"""The router's protocols: GraphQL over HTTP and WebSocket, GraphiQL, health, metrics."""
