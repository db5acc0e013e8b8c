"""Heads of responses that were read before: the same bytes mean the same, but for the length.

A subgraph's heads repeat, but for the length and, once a second, the date. Finding one costs a fraction of
what parsing it does. Only heads that say all of the plain case are kept: a final status, a length, a
connection that goes on, nothing compressed. Whatever is new or odd is the parser's.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from .head_shape import cut_length

MAX_KEPT = 512
MAX_HEAD = 2048
"""Longer heads (cookies, tokens) hardly come twice."""

LENGTH = b"content-length"

T = TypeVar("T")


class KnownHead(msgspec.Struct, eq=False):
    """What a head says."""

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int


class KnownHeads:
    """The heads of one origin, a bounded number of them: as they came, and without their length."""

    def __init__(self) -> None:
        self._known: dict[bytes, KnownHead] = {}
        self._shapes: dict[bytes, tuple[KnownHead, int]] = {}
        """With the place of the length among the headers."""
        self.get = self._known.get
        """A head that came as it is; see ``find`` for others."""

    def find(self, head: bytes) -> KnownHead | None:
        """A head like one that came with another length."""
        cut = cut_length(head)
        shape = None if cut is None else self._shapes.get(cut[0])
        if cut is None or shape is None:
            return None
        alike, place = shape
        length, headers = cut[1], alike.headers.copy()
        headers[place] = (LENGTH, b"%d" % length)
        known = KnownHead(alike.status, headers, length)
        _keep(self._known, head, known)
        return known

    def add(self, head: bytes, known: KnownHead) -> None:
        """Keep a head that names its length once; one too long for that hardly comes twice."""
        names = [name for name, _ in known.headers]
        if len(head) > MAX_HEAD or names.count(LENGTH) != 1:
            return
        _keep(self._known, head, known)
        cut = cut_length(head)
        if cut is not None:
            _keep(self._shapes, cut[0], (known, names.index(LENGTH)))


def _keep(known: dict[bytes, T], key: bytes, head: T) -> None:
    """All others make room when there are too many (dates and lengths come and go)."""
    if len(known) >= MAX_KEPT:
        known.clear()
    known[key] = head
