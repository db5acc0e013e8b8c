"""Orders and their dispatch to delivery providers."""
