"""Names near a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> list[str]:
    """Give up to three known names that resemble ``name``, the nearest first."""
    return get_close_matches(name, sorted(known), n=3, cutoff=0.7)
