"""HTTP/1.1 on one connection: uvicorn's protocol, with limits on what comes before a request is whole.

bytes ─ head within its limit? (414, 431) ─ whole in time? (408) ─ RequestResponseCycle ─> HttpEndpoint

An offer to upgrade to something else than WebSocket is passed over (RFC 9110 §7.8). Trailers are not headers:
they are counted, and dropped. A client that has closed its side is answered what it asked for before.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools

from ...errors import RequestError
from ...settings import ServerSettings
from ..exchange.farewell import farewell
from .connection import HttpConnection
from .host import host_fault, name_target
from .upgrade import announced_body, parser_within

# httptools cannot take a longer URL apart.
LONGEST_URL = 65_535
# Seconds that a refused client has to read why.
LINGERING = 1.0
# A chunk's size, in 16 digits at most, and two line breaks: what else stands about it counts as trailers do.
CHUNK_FRAME = 20
# Seconds between looks at whether a client that has closed its side waits for a stream, which it has left.
HALF_OPEN_LOOK = 0.5


class HttpProtocol(HttpConnection):
    """One connection; ``protocol_of`` makes the class with a server's limits."""

    __slots__ = (
        "_deadline",
        "_extra",
        "_farewell",
        "_head",
        "_received",
        "_refusal",
        "_refused",
        "_trailers",
    )

    head_limit: int
    request_timeout: float
    half_open_timeout: float

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._refusal: RequestError | None = None
        self._received = 0
        self._head = 0
        """Bytes of the head as far as it has come; -1 within a body."""
        self._extra = 0
        """Bytes of chunk extensions and trailers as far as they have come, from the body's second read on."""
        self._trailers = 0
        """Bytes of whole trailers."""
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
        else:
            self._extra += self._received
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
        if self._head < 0:
            self._check_extra()
            self._extra = max(self._extra, 0)  # what one chunk had left is not the next one's
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
        """A WebSocket begins with a GET; HTTP/1.0 knows no upgrade (RFC 9110 §7.8)."""
        parser = self.parser
        is_get = bool(parser.get_method() == b"GET" and parser.get_http_version() == "1.1")
        return is_get and super()._should_upgrade()

    def _parse_on(self, data: bytes) -> httptools.HttpParserUpgrade | None:
        """Parse behind a head; its body, if one was announced, comes first. Gives the next upgrade."""
        framing = announced_body(self.headers)
        self.parser = httptools.HttpRequestParser(self) if framing is None else parser_within(self, framing)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return upgrade
        return None

    def on_message_begin(self) -> None:
        """A new request; the bytes that came with its first count as its head."""
        super().on_message_begin()
        self._head = self._received

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. A trailer must not be merged with them (RFC 9110 §6.5.1), so it is dropped."""
        if self._head < 0:
            self._trailers += len(name) + len(value) + 4
            self._check_extra()
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            # HTTP/1.0 has no interim responses (RFC 9110 §10.1.1).
            self.expect_100_continue = self.parser.get_http_version() == "1.1"
        self.headers.append((name, value))

    def on_chunk_header(self) -> None:
        """A chunk begins, its extensions are over."""
        self._extra -= CHUNK_FRAME

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._extra -= len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is too long or it does not say for whom it is."""
        if self._head > self.head_limit or len(self.url) > LONGEST_URL:
            self._check_head()
        fault = host_fault(self.headers, self.parser.get_http_version())
        if fault is not None:
            self._refuse(RequestError("INVALID_HTTP", fault))
        name_target(self.headers, self.url)
        self._head, self._extra, self._trailers = -1, 0, 0
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

    def _check_extra(self) -> None:
        """Refuse trailers and chunk extensions above the limit; those of the body's first read are few."""
        if max(self._extra, self._trailers) > self.head_limit:
            message = f"Trailers and chunk extensions are longer than {self.head_limit} bytes."
            self._refuse(RequestError("HEAD_TOO_LARGE", message))

    def handle_websocket_upgrade(self) -> None:
        """Hand over to the WebSocket's protocol, which knows neither bodies nor what is not ASCII."""
        if announced_body(self.headers):
            self.send_400_response("The handshake of a WebSocket has no body.")
        elif not all(value.isascii() for name, value in self.headers if name.startswith(b"sec-websocket-")):
            self.send_400_response("The headers of a WebSocket are ASCII.")
        else:
            # Java 17's client says that there is none; the protocol answers no handshake that says anything.
            self.headers[:] = [header for header in self.headers if header[0] != b"content-length"]
            super().handle_websocket_upgrade()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's says nothing
        """The client says no more: what it has asked for is answered, then the connection ends."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body or self._refused:
            return False
        cycle.keep_alive = False
        self._stay_half_open()
        self._end_left_stream()
        return not self.transport.is_closing()

    def _stay_half_open(self) -> None:
        """For a while: a client that has gone for good looks the same until something is sent to it."""
        self.loop.call_later(self.half_open_timeout, self.transport.close)

    def _end_left_stream(self) -> None:
        """Look now and then, as a stream may begin late: who closes its side has left a stream."""
        if self.cycle.chunked_encoding and not self.pipeline:
            self.transport.close()
        elif not self.transport.is_closing():
            self.loop.call_later(HALF_OPEN_LOOK, self._end_left_stream)

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


def protocol_of(settings: ServerSettings, base: type[HttpProtocol] = HttpProtocol) -> type[HttpProtocol]:
    """The protocol with the limits of the settings."""
    limits = {
        "head_limit": settings.head_limit,
        "request_timeout": settings.request_timeout,
        "half_open_timeout": settings.half_open_timeout,
    }
    return type("LimitedHttpProtocol", (base,), limits)
