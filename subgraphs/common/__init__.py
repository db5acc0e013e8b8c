"""What the subgraphs share: app, auth, sharding, sessions, loaders, outbox, queue."""
