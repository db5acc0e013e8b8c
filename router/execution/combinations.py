"""What a program's combined requests look like: made at first use, kept with the program."""

from __future__ import annotations

from collections.abc import Sequence

from ..planning.plan import Fetch
from .combine_calls import CombinedTemplate, combine_documents

MAX_KEPT = 64
"""Which fetches become ready together may vary from run to run; more combinations are not kept."""


class Combinations:
    """The combinations of one program."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], CombinedTemplate | None] = {}

    def of(self, fetches: Sequence[Fetch]) -> CombinedTemplate | None:
        """Find or make the combination of some fetches; None if their documents can't be combined."""
        key = tuple(fetch.id for fetch in fetches)
        if key not in self._known:
            made = combine_documents(fetches)
            if len(self._known) >= MAX_KEPT:
                return made
            self._known[key] = made
        return self._known[key]
