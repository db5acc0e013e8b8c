"""The time zones that documents are in, remembered for a while: needed to tell what is open now."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable

# A vendor in a zone that none was in before counts as closed at most this long.
_SECONDS = 60.0


class Zones:
    """Reads the distinct zones of an index with `load`, at most once in a while."""

    def __init__(self, load: Callable[[], Awaitable[Iterable[str]]]) -> None:
        self._load = load
        self._zones: tuple[str, ...] = ()
        self._until = 0.0

    async def get(self) -> tuple[str, ...]:
        """Return the zones."""
        if time.monotonic() >= self._until:
            self._zones = tuple(await self._load())
            self._until = time.monotonic() + _SECONDS
        return self._zones

    def forget(self, zones: Iterable[str]) -> None:
        """Read anew if one of these is unknown."""
        if not set(self._zones).issuperset(zones):
            self._until = 0.0
