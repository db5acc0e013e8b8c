"""A normalised operation into a query plan."""
