"""Bytes of a ``text/event-stream`` → its events, as they become complete (WHATWG HTML §9.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ResponseTooLarge

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# graphql-sse's servers may leave out its data, without which the standard knows no event.
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; ``name`` is empty where the server gave none."""

    name: str
    data: bytes


class EventStreamParser:
    """Lines end with CR LF, LF or CR; an empty one ends an event; a colon begins a comment.

    ``limit``: most bytes of an event, and of a line.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._line: list[bytes] = []
        """What has come of a line that has not ended."""
        self._after_cr = False
        self._is_first = True
        self._name = ""
        self._data: list[bytes] = []
        self._line_size = self._data_size = 0

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Take more bytes; give the events that they complete. Raise ResponseTooLarge."""
        for line in self._lines(chunk):
            if line:
                self._take(line)
                continue
            name, data = self._name, self._data
            self._name, self._data, self._data_size = "", [], 0
            if data or name == COMPLETE:
                yield ServerEvent(name, b"\n".join(data))

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        """Cut whole lines off."""
        if self._after_cr and chunk.startswith(b"\n"):  # that CR has ended its line, and this belongs to it
            self._after_cr, chunk = False, chunk[1:]
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        *ends, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for end in ends:
            self._line.append(end)
            yield self._cut_line()
        self._line.append(rest)
        self._line_size += len(rest)
        self._check_size()

    def _cut_line(self) -> bytes:
        line = b"".join(self._line)
        self._line, self._line_size = [], 0
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(BYTE_ORDER_MARK)
        return line

    def _take(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"data":
            self._data.append(value)
            self._data_size += len(value) + 1
            self._check_size()

    def _check_size(self) -> None:
        if self._line_size + self._data_size > self._limit:
            raise ResponseTooLarge("An event is larger than allowed.")
