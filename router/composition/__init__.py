"""Subgraph SDLs into supergraph SDL: validate, merge, prove satisfiable."""
