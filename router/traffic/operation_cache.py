"""Prepared operations by raw text and operation name, the least recently used forgotten first.

Mistakes are kept too: a client that repeats an invalid operation costs no validation.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from typing import TypeAlias

from .prepare import PreparedOperation
from .rejection import Rejection
from .variant import CacheKey
from .weigh import weigh_text

Entry: TypeAlias = PreparedOperation | Rejection

SHARE = 4
"""No operation may take more than this part of all memory: it would push out all others."""


class OperationCache:
    """A bounded map: so many operations, about so many bytes."""

    def __init__(self, size: int, weight: int) -> None:
        self._entries: OrderedDict[CacheKey, Entry] = OrderedDict()
        self._weights: dict[CacheKey, int] = {}
        self._size = size
        self._most = weight
        self._held = 0
        self._lost = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: CacheKey) -> Entry | None:
        """Find an operation and mark it as used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: CacheKey, entry: Entry) -> None:
        """Keep an operation; others make room."""
        if key not in self._entries:
            self._entries[key] = entry
            self._weights[key] = 0
            self.weigh(key)

    def weigh(self, key: CacheKey) -> None:
        """Look again how much an operation takes, if it is known: others make room, or it goes itself."""
        entry = self._entries.get(key)
        if entry is None:
            return
        weight = (
            entry.weight if isinstance(entry, PreparedOperation) else weigh_text(key[0], with_syntax=False)
        )
        self._held += weight - self._weights[key]
        self._weights[key] = weight
        if weight > self._most // SHARE:
            self._forget(key)
        while len(self._entries) > self._size or self._held > self._most:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: CacheKey) -> None:
        entry = self._entries.pop(key)
        self._held -= self._weights.pop(key)
        if isinstance(entry, PreparedOperation):
            self.lose(entry.compiled_weight)

    def lose(self, compiled: int) -> None:
        """Count what is lost of compiled programs: their classes refer to themselves.

        Left to its own counts the garbage collector would come when gigabytes of them have gathered.
        """
        self._lost += compiled
        if self._lost > self._most // 2:
            self._lost = 0
            gc.collect()

    def valid(self) -> list[tuple[CacheKey, PreparedOperation]]:
        """The valid operations, most recently used last (for warming up another engine)."""
        entries = self._entries.items()
        return [(key, entry) for key, entry in entries if isinstance(entry, PreparedOperation)]
