"""HTTP/1.1 on one connection: uvicorn's protocol, with limits on what comes before a request is whole.

bytes ─ head within its limit? (414, 431) ─ whole in time? (408) ─ RequestResponseCycle ─> HttpEndpoint

An offer to upgrade to something else than WebSocket is passed over (RFC 9110 §7.8): Java's client offers
HTTP/2 with its first POST, and httptools would drop the body behind such a head.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ...errors import RequestError
from ...settings import ServerSettings
from .connection import HttpConnection

# httptools cannot take a longer URL apart.
LONGEST_URL = 65_535
# Seconds that a refused client has to read why.
LINGERING = 1.0


class HttpProtocol(HttpConnection):
    """One connection; ``protocol_of`` makes the class with a server's limits."""

    __slots__ = ("_deadline", "_farewell", "_head", "_received", "_refusal", "_refused")

    head_limit: int
    request_timeout: float

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._refusal: RequestError | None = None
        self._received = 0
        self._head = 0
        """Bytes of the head as far as it has come; -1 within a body."""
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False
        self._farewell = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client that connects must send something, as one whose connection is kept."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.request_timeout, self._time_out)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline with the connection."""
        self._end_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has come; what is no HTTP, or too long, ends the connection."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        self._received = len(data)
        if self._head >= 0:
            self._head += self._received
        try:
            self.parser.feed_data(data)
            if self._head != 0:
                self._await_rest()
        except httptools.HttpParserUpgrade as upgrade:
            self._parse_behind(data, upgrade)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _await_rest(self) -> None:
        """The request is not whole yet: it may not grow without end, nor take forever."""
        if self._head > self.head_limit:
            self._check_head()
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.request_timeout, self._time_out)

    def _parse_behind(self, data: bytes, upgrade: httptools.HttpParserUpgrade | None) -> None:
        """Become a WebSocket, or go on behind a head (or several) whose upgrade is passed over."""
        try:
            while upgrade is not None:
                if self._should_upgrade():
                    self._end_deadline()
                    self.handle_websocket_upgrade()
                    return
                data = data[upgrade.args[0] :]
                upgrade = self._parse_on(data)
            if self._head != 0:
                self._await_rest()
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _should_upgrade(self) -> bool:
        """A WebSocket begins with a GET."""
        return bool(self.parser.get_method() == b"GET") and super()._should_upgrade()

    def _parse_on(self, data: bytes) -> httptools.HttpParserUpgrade | None:
        """Parse behind a head; its body, if one was announced, comes first. Gives the next upgrade."""
        self.parser = httptools.HttpRequestParser(self)
        framing = announced_body(self.headers)
        if framing is not None:
            self.parser = httptools.HttpRequestParser(BodyOfUpgrade(self))
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b: %b\r\n\r\n" % framing)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return upgrade
        return None

    def on_message_begin(self) -> None:
        """A new request; the bytes that came with its first count as its head."""
        super().on_message_begin()
        self._head = self._received

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is too long or names no host (RFC 9112 §3.2)."""
        if self._head > self.head_limit or len(self.url) > LONGEST_URL:
            self._check_head()
        if not self.headers or self.headers[0][0] != b"host":
            self._check_host()
        self._head = -1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole, unless its body was taken for another protocol."""
        if self.parser.should_upgrade() and not self._should_upgrade() and announced_body(self.headers):
            return
        self._head = 0
        if self._deadline is not None:
            self._end_deadline()
        super().on_message_complete()

    def _check_head(self) -> None:
        """Refuse a URL or headers above the limit; what came behind the head in one read does not count."""
        limit = self.head_limit
        if len(self.url) > min(limit, LONGEST_URL) or (not self.headers and self._head > self._received):
            self._refuse(RequestError("URL_TOO_LONG", f"The URL is longer than {limit} bytes. Use POST."))
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > limit or self._head > limit + self._received:
            self._refuse(RequestError("HEAD_TOO_LARGE", f"The headers are longer than {limit} bytes."))

    def handle_websocket_upgrade(self) -> None:
        """Hand over to the WebSocket's protocol, which cannot read what is not ASCII in its headers."""
        if not all(value.isascii() for name, value in self.headers if name.startswith(b"sec-websocket-")):
            self.send_400_response("The headers of a WebSocket are ASCII.")
            return
        super().handle_websocket_upgrade()

    def _check_host(self) -> None:
        if self.parser.get_http_version() == "1.1" and not any(name == b"host" for name, _ in self.headers):
            self._refuse(RequestError("INVALID_HTTP", "The request has no Host header."))

    def _refuse(self, refusal: RequestError) -> None:
        """End parsing; the connection is answered and closed where parsing began."""
        self._refusal = refusal
        raise httptools.HttpParserError(refusal.message)

    def _time_out(self) -> None:
        """The client took too long. Nobody answers a connection that never began a request."""
        self._deadline = None
        if self._head == 0 or (self._head < 0 and self.cycle.response_started):
            self.transport.close()
            return
        self._refuse_late()

    def _refuse_late(self) -> None:
        seconds = self.request_timeout
        self._refusal = RequestError("REQUEST_TIMEOUT", f"The request was not whole within {seconds:g} s.")
        self.send_400_response("")

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def send_400_response(self, msg: str) -> None:
        """Answer what never becomes a request: by the refusal's status, or 400; and close."""
        self._refused = True
        self._end_deadline()
        refusal = self._refusal or RequestError("INVALID_HTTP", msg)
        self._farewell = farewell(refusal, self.server_state.default_headers)
        if self.cycle is not None and self.cycle.more_body:
            self._drop_broken()
        elif self.cycle is None or self.cycle.response_complete:
            self._say_farewell()

    def _drop_broken(self) -> None:
        """The last request will never be whole: it gets no answer of its own, those before it have theirs."""
        if self.pipeline and self.pipeline[0][0] is self.cycle:
            self.pipeline.popleft()
            return
        if self.cycle.response_started:  # it was answered before it was whole
            self.transport.close()
            return
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self._say_farewell()

    def on_response_complete(self) -> None:
        """Requests before a broken one have their answers first."""
        was_last = not self.pipeline
        super().on_response_complete()
        if self._refused and was_last:
            self._say_farewell()

    def _say_farewell(self) -> None:
        """Answer and close, but not over bytes that still come in: the client would see a reset instead."""
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.transport.write(self._farewell)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGERING, self.transport.close)
        else:
            self.transport.close()


def farewell(refusal: RequestError, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole response that ends the connection."""
    body = refusal.body()
    lines = [
        STATUS_LINE[refusal.status],
        *(b"%b: %b\r\n" % header for header in headers),
        b"content-type: application/json; charset=utf-8\r\n",
        b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body),
        body,
    ]
    return b"".join(lines)


class BodyOfUpgrade:
    """What a parser calls that begins within a request: its head is known, the next ones count again."""

    def __init__(self, protocol: HttpProtocol) -> None:
        self._protocol = protocol
        self._within = True

    def on_message_begin(self) -> None:
        """Pass on, from the second request."""
        if not self._within:
            self._protocol.on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Pass on, from the second request."""
        if not self._within:
            self._protocol.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Pass on, from the second request."""
        if not self._within:
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        """Pass on, from the second request."""
        if not self._within:
            self._protocol.on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on."""
        self._protocol.on_body(body)

    def on_message_complete(self) -> None:
        """Pass on; what follows is a request of its own."""
        self._within = False
        self._protocol.on_message_complete()


def announced_body(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
    """The header that tells where the body ends; None: there is no body."""
    for name, value in headers:
        if name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0"):
            return name, value
    return None


def protocol_of(settings: ServerSettings, base: type[HttpProtocol] = HttpProtocol) -> type[HttpProtocol]:
    """The protocol with the limits of the settings."""
    limits = {"head_limit": settings.head_limit, "request_timeout": settings.request_timeout}
    return type("LimitedHttpProtocol", (base,), limits)
