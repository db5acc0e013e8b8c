"""Heads of responses that were read before: the same bytes mean the same.

A subgraph's heads repeat, but for the length and, once a second, the date. Finding one costs a fraction of
what parsing it does. Only heads that say all of the plain case are kept: a final status, a length, a
connection that goes on, nothing compressed. Whatever is new or odd is the parser's.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_KEPT = 512
MAX_HEAD = 2048
"""Longer heads (cookies, tokens) hardly come twice."""


@dataclass(frozen=True, slots=True)
class KnownHead:
    """What a head says."""

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int


class KnownHeads:
    """The heads of one origin, a bounded number of them."""

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}
        self.get = self._known.get

    def add(self, head: bytes, known: KnownHead) -> None:
        """Keep a head; all others make room when there are too many (dates and lengths come and go)."""
        if len(head) > MAX_HEAD:
            return
        if len(self._known) >= MAX_KEPT:
            self._known.clear()
        self._known[head] = known
