"""Merging valid subgraphs into one supergraph: one file per kind of element."""
