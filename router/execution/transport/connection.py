"""One HTTP/1.1 connection: a request at a time, the response parsed by httptools.

Enters: bytes of a request and a future. Leaves: the future's ``HttpResponse``, and the connection back
to its owner (``released``) or gone (``lost``). No task and no timer of its own.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, field
from typing import Protocol, cast

import httptools

from .errors import ConnectionDropped, ProtocolViolation, ResponseTooLarge, TransportError

# 16 + MAX_WBITS: gzip; 32 + MAX_WBITS lets zlib detect gzip or zlib by itself.
_DETECT_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(slots=True)
class HttpResponse:
    """A whole response; header names in lower case, the body decompressed."""

    status: int
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


@dataclass(slots=True, eq=False)
class PendingRequest:
    """A request on its way: its bytes, who waits for the response, until when."""

    payload: bytes
    future: asyncio.Future[HttpResponse]
    deadline: float
    idempotent: bool
    repeated: bool = False


class ConnectionOwner(Protocol):
    """Who is told when a connection is free again or gone."""

    def failed(self, connection: Connection, request: PendingRequest, error: TransportError) -> None:
        """The request's response will not come by this connection."""

    def released(self, connection: Connection) -> None:
        """The response is complete and the connection can take another request."""

    def lost(self, connection: Connection) -> None:
        """The connection is closed."""


class Connection(asyncio.Protocol):
    """The client's side of one connection."""

    __slots__ = (
        "_body",
        "_compressed",
        "_headers",
        "_length_known",
        "_owner",
        "_parser",
        "_size",
        "_status",
        "_transport",
        "alive",
        "answered",
        "idle_since",
        "max_body",
        "served",
        "waiting",
    )

    def __init__(self, owner: ConnectionOwner, max_body: int) -> None:
        self._owner = owner
        self.max_body = max_body
        self.alive = False
        self.waiting: PendingRequest | None = None
        self.served = 0
        self.answered = False
        """Whether any byte of the current response has arrived."""
        self.idle_since = 0.0
        self._reset()

    def _reset(self) -> None:
        self._body: list[bytes] = []
        self._headers: list[tuple[bytes, bytes]] = []
        self._size = 0
        self._status = 0
        self._compressed = False
        self._length_known = False

    def send(self, request: PendingRequest) -> None:
        """Write a whole request; its future gets the response."""
        self.waiting = request
        self.answered = False
        self._transport.write(request.payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: the socket is open."""
        # A TCP or TLS stream always; no `isinstance`, as uvloop's transports are not asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpResponseParser(self)
        self.alive = True

    def data_received(self, data: bytes) -> None:
        """Asyncio: bytes have come."""
        if self.waiting is None:  # nobody asked: whatever follows can't be matched to a request
            self.fail(ProtocolViolation("The subgraph sent data that was not asked for."))
            return
        self.answered = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            cause = error.__context__
            self.fail(cause if isinstance(cause, TransportError) else ProtocolViolation(str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio: the socket is closed, by whomever."""
        if self.waiting is not None and exc is None and self._ends_with_connection():
            self.alive = False
            self._answer()
            self._owner.lost(self)
            return
        self.fail(ConnectionDropped("The subgraph closed the connection."))

    def _ends_with_connection(self) -> bool:
        return self._status >= 200 and not self._length_known

    def on_header(self, name: bytes, value: bytes) -> None:
        """Httptools: one header of the response."""
        name = name.lower()
        self._headers.append((name, value))
        if name == b"content-encoding":
            self._compressed = value.lower() not in (b"", b"identity")
        elif name in (b"content-length", b"transfer-encoding"):
            self._length_known = True

    def on_headers_complete(self) -> None:
        """Httptools: the body follows."""
        self._status = self._parser.get_status_code()

    def on_body(self, chunk: bytes) -> None:
        """Httptools: a piece of the body."""
        self._size += len(chunk)
        if self._size > self.max_body:
            raise ResponseTooLarge(f"The subgraph's response is larger than {self.max_body} bytes.")
        self._body.append(chunk)

    def on_message_complete(self) -> None:
        """Httptools: the response is whole."""
        if self._status < 200:  # 100 Continue, 103 Early Hints: the real response is to come
            self._reset()
            return
        keep = self._parser.should_keep_alive()
        self._answer()
        self.served += 1
        if keep and self.alive:
            self._owner.released(self)
        else:
            self.close()

    def _answer(self) -> None:
        waiting, self.waiting = self.waiting, None
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        response = HttpResponse(self._status, self._headers, body)
        compressed = self._compressed
        self._reset()
        if waiting is None or waiting.future.done():
            return
        try:
            if compressed:
                response.body = _decompress(body, self.max_body)
            waiting.future.set_result(response)
        except TransportError as error:
            waiting.future.set_exception(error)

    def fail(self, error: TransportError) -> None:
        """Give up: the current request gets ``error``, the connection is closed."""
        waiting, self.waiting = self.waiting, None
        self.close()
        if waiting is not None and not waiting.future.done():
            self._owner.failed(self, waiting, error)

    def close(self) -> None:
        """Close at once. The owner is told, once."""
        if self.alive:
            self.alive = False
            self._transport.abort()
            self._owner.lost(self)


def _decompress(body: bytes, limit: int) -> bytes:
    inflate = zlib.decompressobj(_DETECT_GZIP_OR_ZLIB)
    try:
        plain = inflate.decompress(body, limit + 1)
    except zlib.error as error:
        raise ProtocolViolation("The subgraph's response can't be decompressed.") from error
    if len(plain) > limit:
        raise ResponseTooLarge(f"The subgraph's response is larger than {limit} bytes.")
    if not inflate.eof:
        raise ProtocolViolation("The subgraph's compressed response is truncated.")
    return plain
