"""Users, sessions, addresses."""
