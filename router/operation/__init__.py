"""A client's operation into normalised selections."""
