"""HTTP/1.1 messages of a known length, read from a stream of bytes: all that the measurements need."""

from __future__ import annotations

import asyncio


class MessageProtocol(asyncio.Protocol):
    """Calls ``message(first_line, body)`` for each message that has come whole."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self.transport = transport  # type: ignore[assignment]  # uvloop's is none of asyncio's classes

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._buffer = data if not self._buffer else self._buffer + data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            end = head + 4 + content_length(self._buffer[:head])
            if len(self._buffer) < end:
                return
            first = self._buffer[: self._buffer.find(b"\r\n")]
            body, self._buffer = self._buffer[head + 4 : end], self._buffer[end:]
            self.message(first, body)

    def message(self, first_line: bytes, body: bytes) -> None:
        """Take a whole message."""


def content_length(head: bytes) -> int:
    """The body's length in bytes; 0 if the head does not say."""
    at = head.lower().find(b"content-length:")
    return 0 if at < 0 else int(head[at + 15 :].split(b"\r\n", 1)[0])


def with_length(first_lines: bytes, body: bytes) -> bytes:
    """A message with its length."""
    head = b"content-type: application/json\r\naccept: application/json\r\n"
    return b"%s\r\n%scontent-length: %d\r\n\r\n%s" % (first_lines, head, len(body), body)
