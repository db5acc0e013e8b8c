"""Bytes of a streamed HTTP response → its messages, as they become complete.

``EventStreamParser``: server-sent events (WHATWG HTML §9.2.6). ``MultipartParser``: ``multipart/mixed``
(RFC 2046 §5.1), whose parts are JSON. Both refuse a message beyond the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .errors import ResponseTooLarge


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; ``name`` is empty where the server gave none."""

    name: str
    data: bytes


class EventStreamParser:
    """Lines end with CR LF, LF or CR; an empty one ends an event; a colon begins a comment."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = b""
        self._name = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Take more bytes; give the events that they complete."""
        *lines, self._buffer = (self._buffer + chunk).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            if line:
                self._take(line)
            elif self._name or self._data:
                yield ServerEvent(self._name, b"\n".join(self._data))
                self._name, self._data = "", []
        if len(self._buffer) + sum(map(len, self._data)) > self._limit:
            raise ResponseTooLarge("An event is larger than allowed.")

    def _take(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"data":
            self._data.append(value)


class MultipartParser:
    """``ended`` once the last boundary has come."""

    def __init__(self, boundary: str, limit: int) -> None:
        self._mark = b"--" + boundary.encode("latin-1")
        self._limit = limit
        self._buffer = b""
        self._in_part = False
        self.ended = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take more bytes; give the bodies of the parts that they complete."""
        self._buffer += chunk
        while not self.ended and (part := self._next()) is not None:
            if part:
                yield part
        if len(self._buffer) > self._limit:
            raise ResponseTooLarge("A part is larger than allowed.")

    def _next(self) -> bytes | None:
        """Cut off what stands before the next boundary; None if that is not all there yet."""
        before, mark, after = self._buffer.partition(self._mark)
        if not mark or len(after) < 2:  # after the last one stand two hyphens
            return None
        self._buffer, was_in_part = after, self._in_part
        self.ended = after.startswith(b"--")
        self._in_part = True
        if not was_in_part:
            return b""
        _, _, body = before.partition(b"\r\n\r\n")
        return body.strip()
