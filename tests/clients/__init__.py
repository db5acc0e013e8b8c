"""Clients that people use, against the router."""
