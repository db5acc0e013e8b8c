"""Riders, where they are, and what they deliver."""
