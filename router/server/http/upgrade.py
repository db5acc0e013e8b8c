"""A body behind a head that offers another protocol (RFC 9110 §7.8), where the offer is passed over.

httptools takes what follows such a head for that protocol, so a second parser begins within the request.
Java's client offers HTTP/2 with its first POST.
"""

from __future__ import annotations

from typing import Protocol

import httptools


class RequestEvents(Protocol):
    """What httptools calls."""

    def on_message_begin(self) -> None:
        """A request begins."""

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind the body a trailer."""

    def on_headers_complete(self) -> None:
        """The body follows."""

    def on_chunk_header(self) -> None:
        """A chunk begins."""

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""

    def on_message_complete(self) -> None:
        """The request is whole."""


def parser_within(protocol: RequestEvents, framing: tuple[bytes, bytes]) -> httptools.HttpRequestParser:
    """A parser that has read a head; ``framing`` is the header that tells where the body ends."""
    parser = httptools.HttpRequestParser(BodyOfUpgrade(protocol))
    parser.feed_data(b"POST / HTTP/1.1\r\n%b: %b\r\n\r\n" % framing)
    return parser


class BodyOfUpgrade:
    """Passes on what follows the head that it is given; the requests behind that one, whole."""

    def __init__(self, protocol: RequestEvents) -> None:
        self._protocol = protocol
        self._in_head = True
        self.on_chunk_header = protocol.on_chunk_header
        self.on_body = protocol.on_body
        self.on_message_complete = protocol.on_message_complete

    def on_message_begin(self) -> None:
        """Pass on, from the second request."""
        if not self._in_head:
            self._protocol.on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Pass on, from the second request."""
        if not self._in_head:
            self._protocol.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Pass on, from the trailers on."""
        if not self._in_head:
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        """Pass on, from the second request."""
        if self._in_head:
            self._in_head = False
        else:
            self._protocol.on_headers_complete()


def announced_body(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
    """The header that tells where the body ends; None: there is no body."""
    for name, value in headers:
        if name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 \t")):
            return name, value
    return None
