"""Measurements: commands that start the real processes, load them, and print tables."""
