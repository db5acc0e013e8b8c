"""One subgraph by itself: reading its SDL, its links, and every rule that needs no other subgraph."""
