"""What composition may cost: every limit, with its default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompositionSettings:
    """Limits of one composition. Exceeding one is a coded error (LIMIT_EXCEEDED)."""

    max_sdl_bytes: int = 10_000_000
    """Of one subgraph. A thousand types of ten documented fields are about 1 MB."""
    max_tokens: int = 2_000_000
    """Lexical tokens of one subgraph's SDL."""
    max_subgraphs: int = 500
    max_field_set_tokens: int = 10_000
    """Lexical tokens of one @key, @requires, @provides or @fromContext."""
    max_field_set_depth: int = 50
    max_access_clauses: int = 1_000
    """Alternatives that one element's access rules (@requiresScopes, @policy) may combine to: every subgraph
    that asks for one of two scopes doubles the ways to satisfy all of them."""
    max_satisfiability_states: int = 200_000
    """States (type × set of subgraphs in which a query may be there) that the proof may visit."""
    satisfiability: bool = True
    introspection_seconds: float = 10.0
    """How long a running subgraph may take to give its SDL, where it is asked (``introspect.py``)."""
