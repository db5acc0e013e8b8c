r"""Bytes of ``multipart/mixed`` (RFC 2046 §5.1.1) → the bodies of its parts, as they become complete.

    preamble? ─▶ delimiter ─▶ head, empty line, body ─▶ delimiter ─▶ … ─▶ delimiter--

A delimiter is a line of its own: two hyphens, the boundary. A part's text may hold its characters, line
breaks before them included, as those are written ``\n`` in JSON. So no part has a delimiter's beginning
within, and is given as soon as that has come: many servers send the rest of the line with the next part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from .errors import ProtocolViolation, ResponseTooLarge

# A line may end with LF alone, as some servers write it: that cannot stand within JSON's texts either.
_PADDING = re.compile(rb"[ \t]*(?=\r?\n)")
_PERHAPS_PADDING = re.compile(rb"-?\Z|[ \t]*\r?\Z")
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


class _Place(Enum):
    """Where in the stream its next byte stands."""

    PREAMBLE = auto()
    PART = auto()
    BEHIND_BOUNDARY = auto()
    EPILOGUE = auto()


class MultipartParser:
    """``limit``: most bytes of a part with its head, and of the preamble."""

    def __init__(self, boundary: str, limit: int) -> None:
        mark = b"--" + boundary.encode("latin-1", "replace")
        self._first = re.compile(rb"(?:\A|\n)" + re.escape(mark))
        self._next = re.compile(rb"\r?\n" + re.escape(mark))
        self._longest = len(mark) + 2
        self._limit = limit
        self._place = _Place.PREAMBLE
        self._buffer = bytearray()
        self._searched = 0
        """Where in the buffer to look for a delimiter: there is none before."""

    @property
    def ended(self) -> bool:
        """Whether the last delimiter has come."""
        return self._place is _Place.EPILOGUE

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take more bytes; give the bodies that they complete. Raise ProtocolViolation, ResponseTooLarge."""
        self._buffer += chunk
        goes_on = True
        while goes_on:
            match self._place:
                case _Place.PREAMBLE:
                    goes_on = self._skip_preamble()
                case _Place.BEHIND_BOUNDARY:
                    goes_on = self._end_delimiter()
                case _Place.PART:
                    part = self._cut_part()
                    goes_on = part is not None
                    if part:
                        yield part
                case _Place.EPILOGUE:
                    return
        if len(self._buffer) > self._limit:
            raise ResponseTooLarge("A part is larger than allowed.")

    def _skip_preamble(self) -> bool:
        """Find the first delimiter; a line that only begins like one is text."""
        found = self._find(self._first)
        if found is None:
            return False
        kind = self._follows(found.end())
        if kind is False:
            self._searched = found.end()
        elif kind:
            self._cut(found.end())
            self._place = _Place.BEHIND_BOUNDARY
        return kind is not None

    def _end_delimiter(self) -> bool:
        """Read what stands behind a boundary: two hyphens, or the end of the line, where a part begins."""
        kind = self._follows(0)
        if kind is False:
            raise ProtocolViolation("The subgraph sent a line that begins like a boundary.")
        if kind:
            is_last = self._buffer.startswith(b"--")
            self._place = _Place.EPILOGUE if is_last else _Place.PART
            padding = _PADDING.match(self._buffer)
            self._cut(padding.end() if padding else 0)
        return kind is not None

    def _cut_part(self) -> bytes | None:
        """Give the body of the part that has ended, empty if it holds nothing; None if none has."""
        found = self._find(self._next)
        if found is None:
            return None
        part = self._cut(found.start())
        self._cut(found.end() - found.start())
        self._place = _Place.BEHIND_BOUNDARY
        head = _EMPTY_LINE.search(part)
        if head is None and part.strip():
            raise ProtocolViolation("The subgraph sent a part without an empty line behind its head.")
        return part[head.end() :].strip() if head else b""

    def _find(self, delimiter: re.Pattern[bytes]) -> re.Match[bytes] | None:
        found = delimiter.search(self._buffer, self._searched)
        if found is None:  # its beginning may have come
            self._searched = max(self._searched, len(self._buffer) - self._longest)
        return found

    def _follows(self, start: int) -> bool | None:
        """Whether what stands there can follow a boundary; None if too little has come to know."""
        behind = self._buffer[start:]
        if behind.startswith(b"--") or _PADDING.match(behind):
            return True
        return None if _PERHAPS_PADDING.match(behind) else False

    def _cut(self, size: int) -> bytes:
        """Take bytes from the buffer's beginning."""
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._searched = 0
        return taken
