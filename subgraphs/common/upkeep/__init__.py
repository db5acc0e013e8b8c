"""What a platform needs for years: partitions made ahead, and an end for all that only grows.

`registry.py` says what grows and for how long it is kept; a test fails for a table with a time that is not
in it.
"""
