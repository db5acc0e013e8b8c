"""Entries of streams whose servers are away: kept in their order, tried again after growing pauses."""

from __future__ import annotations

import time

from . import metrics
from .background import FIRST_PAUSE, LONGEST_PAUSE

Entry = tuple[str, dict[str, str]]
# A member that holds so many reads no more: they wait in the stream as well as here.
_MOST = 10_000


class HeldEntries:
    """Those of one member of a group. An entry of a key that is held waits behind it."""

    def __init__(self, group: str, *, longest_pause: float) -> None:
        self._waiting = metrics.events_held.labels(group)
        self._entries: list[tuple[str, Entry]] = []
        self._keys: dict[str, int] = {}
        self._longest = min(longest_pause, LONGEST_PAUSE)
        self._pause = self._next = 0.0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def full(self) -> bool:
        """Whether no more should be read."""
        return len(self._entries) >= _MOST

    @property
    def seconds_left(self) -> float:
        """Until they are to be tried again."""
        return max(0.0, self._next - time.monotonic())

    @property
    def due(self) -> bool:
        """Whether there are any, and their time has come."""
        return bool(self._entries) and self.seconds_left == 0

    def key_of(self, entry: Entry) -> str:
        """Whose order of entries is to be kept: an event's object, a ping's rider."""
        fields = entry[1]
        return fields.get("key") or fields.get("rider") or entry[0]

    def hold(self, stream: str, entry: Entry) -> None:
        """Keep one for later."""
        if not self._entries:
            self._pause = min(self._pause * 2 or FIRST_PAUSE, self._longest)
            self._next = time.monotonic() + self._pause
        self._entries.append((stream, entry))
        key = self.key_of(entry)
        self._keys[key] = self._keys.get(key, 0) + 1
        self._waiting.set(len(self._entries))

    def those_in_front(self, stream: str, entries: list[Entry]) -> list[Entry]:
        """Those that wait for nobody; the others are held too."""
        if not self._keys:
            return entries
        front = []
        for entry in entries:
            if self.key_of(entry) in self._keys:
                self.hold(stream, entry)
            else:
                front.append(entry)
        return front

    def take(self) -> dict[str, list[Entry]]:
        """All of them, by stream, to be tried again; those that fail again are held anew."""
        taken: dict[str, list[Entry]] = {}
        for stream, entry in self._entries:
            taken.setdefault(stream, []).append(entry)
        longer = self._pause
        self.clear()
        self._pause = longer
        return taken

    def ids(self) -> dict[str, list[str]]:
        """Their ids, by stream."""
        found: dict[str, list[str]] = {}
        for stream, (id, _) in self._entries:
            found.setdefault(stream, []).append(id)
        return found

    def clear(self) -> None:
        """Forget them, and that anything was away."""
        self._entries, self._keys, self._pause = [], {}, 0.0
        self._waiting.set(0)
