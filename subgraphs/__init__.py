"""The platform's four subgraphs and what they share."""
