"""What stands between server and execution: caches, limits, persisted operations."""
