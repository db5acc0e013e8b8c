"""The graph of moves between and inside subgraphs."""
