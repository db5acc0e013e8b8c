"""What a program's combined requests look like: made at first use, kept with the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from ..planning.plan import Fetch
from .combine_calls import MAX_COMBINED, CombinedTemplate, combine_documents

MAX_KEPT = 64
"""Which fetches become ready together may vary from run to run; more combinations are not kept."""


class AsksOfFetch(Protocol):
    """A call that goes out for a step's fetch."""

    step: Any


C = TypeVar("C", bound=AsksOfFetch)


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

    def group(self, calls: Sequence[C]) -> list[tuple[Sequence[C], CombinedTemplate | None]]:
        """Split calls into requests, one for each subgraph if that is possible.

        With a request of several calls comes its template.
        """
        by_service: dict[str, list[C]] = {}
        for call in calls:
            by_service.setdefault(call.step.fetch.service, []).append(call)
        requests: list[tuple[Sequence[C], CombinedTemplate | None]] = []
        for whole in by_service.values():
            for start in range(0, len(whole), MAX_COMBINED):
                together = whole[start : start + MAX_COMBINED]
                template = self.of([call.step.fetch for call in together]) if len(together) > 1 else None
                requests += (
                    [((call,), None) for call in together] if template is None else [(together, template)]
                )
        return requests
