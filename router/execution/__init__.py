"""A query plan into a response."""
