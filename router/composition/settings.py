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
    max_satisfiability_states: int = 200_000
    """States (type × set of subgraphs in which a query may be there) that the proof may visit."""
    satisfiability: bool = True
