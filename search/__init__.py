"""Catalog search: documents, indexer and two backends behind one interface."""
