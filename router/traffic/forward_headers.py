"""The client's headers → those that subgraphs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..execution.transport import NO_HEADERS, Headers

FORWARDED = "x-forwarded-for"


class ForwardHeaders:
    """Picks headers by name (lower case), in the settings' order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._are_none_in = frozenset(names).isdisjoint

    def __call__(self, headers: Mapping[str, str]) -> Headers:
        """Those of a client's headers that are forwarded, ready to send."""
        if self._are_none_in(headers):
            return NO_HEADERS
        return _ready(tuple([(name, headers[name]) for name in self._names if name in headers]))

    def and_client(self, headers: Mapping[str, str], address: str | None) -> Headers:
        """The same, with the client's address in place of what it may have written itself."""
        items = [(name, headers[name]) for name in self._names if name in headers and name != FORWARDED]
        if address is not None:
            items.append((FORWARDED, address))
        return _ready(tuple(items)) if items else NO_HEADERS


@lru_cache(maxsize=1024)
def _ready(items: tuple[tuple[str, str], ...]) -> Headers:
    """A caller's headers are the same from request to request, most often."""
    return Headers.of(items)
