"""People who use the platform as apps do: through the router's GraphQL endpoint and nothing else."""
