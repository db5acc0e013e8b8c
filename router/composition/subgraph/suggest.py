"""Names near a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> list[str]:
    """Give up to three known names that resemble ``name``, the nearest first."""
    return get_close_matches(name, sorted(k for k in known if _may_resemble(name, k)), n=3, cutoff=0.7)


def _may_resemble(name: str, other: str) -> bool:
    """Tell cheaply that names differ: among thousands of names the thorough comparison takes too long."""
    return abs(len(name) - len(other)) <= 4 and bool({name[:1], name[-1:]} & {other[:1], other[-1:]})
