"""GraphQL over HTTP: a connection's bytes into requests, and requests into responses."""
