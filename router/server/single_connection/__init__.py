"""graphql-sse's single connection mode: one event stream that carries the results of many requests."""
