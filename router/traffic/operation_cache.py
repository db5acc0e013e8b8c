"""Prepared operations by raw text and operation name, the least recently used forgotten first.

Mistakes are kept too: a client that repeats an invalid operation costs no validation.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeAlias

from .prepare import PreparedOperation
from .rejection import Rejection

CacheKey: TypeAlias = tuple[str, str | None]
Entry: TypeAlias = PreparedOperation | Rejection


class OperationCache:
    """A bounded map: so many operations, so many characters of text."""

    def __init__(self, size: int, characters: int) -> None:
        self._entries: OrderedDict[CacheKey, Entry] = OrderedDict()
        self._size = size
        self._characters = characters
        self._held = 0

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
        if len(key[0]) > self._characters or key in self._entries:
            return
        self._entries[key] = entry
        self._held += len(key[0])
        while len(self._entries) > self._size or self._held > self._characters:
            (text, _), _ = self._entries.popitem(last=False)
            self._held -= len(text)

    def valid(self) -> list[tuple[CacheKey, PreparedOperation]]:
        """The valid operations, most recently used last (for warming up another engine)."""
        entries = self._entries.items()
        return [(key, entry) for key, entry in entries if isinstance(entry, PreparedOperation)]
