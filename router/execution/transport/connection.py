"""One HTTP/1.1 connection: a request at a time, the response parsed by httptools.

Enters: bytes of a request and a future. Leaves: the future's ``HttpResponse``, and the connection back
to its owner (``released``) or gone (``lost``). No task and no timer of its own.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

import httptools
import msgspec

from .errors import ConnectionDropped, ProtocolViolation, ResponseTooLarge, TransportError
from .eventual import Eventual
from .inflate import inflate
from .known_heads import KnownHead, KnownHeads

# A body up to this size is copied faster than a view of it is made (bytes, measured).
_COPIED = 4096
# A chunk's size, in 16 digits at most, and two line breaks: what else stands about it counts as head.
_CHUNK_FRAME = 20


class HttpResponse(msgspec.Struct):
    """A whole response; header names in lower case, the body decompressed. (A struct is made in no time.)

    ``read``: what came, the head included; the body begins at ``start``. It is not copied before it must be.
    """

    status: int
    headers: list[tuple[bytes, bytes]] = []
    read: bytes = b""
    start: int = 0

    @property
    def body(self) -> bytes:
        """The body alone."""
        return self.read[self.start :] if self.start else self.read

    @property
    def view(self) -> memoryview | bytes:
        """The body for a decoder."""
        read, start = self.read, self.start
        return memoryview(read)[start:] if len(read) - start > _COPIED else read[start:]


class ResponseLimits(msgspec.Struct, frozen=True):
    """Most bytes of a response.

    ``head``: of all that is no body: status line and headers, interim responses, chunk extensions, trailers.
    """

    body: int
    head: int


class PendingRequest(msgspec.Struct, eq=False):
    """A request on its way: its bytes, who waits for the response, until when."""

    payload: bytes
    future: Eventual[HttpResponse]
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
        "_chunks",
        "_compressed",
        "_first",
        "_headers",
        "_heads",
        "_keeps",
        "_known",
        "_length_known",
        "_owner",
        "_parser",
        "_received",
        "_size",
        "_status",
        "_transport",
        "_whole",
        "alive",
        "answered",
        "idle_since",
        "limits",
        "served",
        "waiting",
    )

    def __init__(self, owner: ConnectionOwner, limits: ResponseLimits, heads: KnownHeads) -> None:
        self._owner = owner
        self._heads = heads
        self.limits = limits
        self.alive = False
        self.waiting: PendingRequest | None = None
        self.served = False
        """Whether it has brought a response before."""
        self.answered = False
        """Whether any byte of the current response has arrived."""
        self.idle_since = 0.0
        self._reset()

    def _reset(self) -> None:
        self._known: KnownHead | None = None
        self._first = b""
        self._body: list[bytes] = []
        self._headers: list[tuple[bytes, bytes]] = []
        self._received = self._size = self._chunks = 0
        self._status = 0
        self._compressed = False
        self._length_known = False
        self._whole = False
        self._keeps = False

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
        elif not self.answered:
            self._begin(data)
        elif self._known is not None:
            self._go_on(self._known, data)
        else:
            self._parse(data)

    def _begin(self, data: bytes) -> None:
        """Take a response whose head is known, or leave it to the parser."""
        self.answered = True
        end = data.find(b"\r\n\r\n") + 4
        head = data[:end]
        known = self._heads.get(head) or self._heads.find(head)
        if known is None:
            self._first = data
            self._parse(data)
        elif len(data) - end == known.length <= self.limits.body:
            self._answer(HttpResponse(known.status, known.headers, data, end), True)
        else:
            self._known = known
            self._go_on(known, data[end:])

    def _go_on(self, known: KnownHead, data: bytes) -> None:
        """Read the body of a response whose head is known."""
        if known.length > self.limits.body:
            self.fail(self._too_large())
            return
        self._body.append(data)
        self._size += len(data)
        if self._size >= known.length:
            body, surplus = b"".join(self._body), self._size - known.length
            self._reset()
            self._answer(HttpResponse(known.status, known.headers, body[: known.length]), not surplus)

    def _parse(self, data: bytes) -> None:
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if not self._whole:  # else the fault is in what follows the response
                cause = error.__context__
                self.fail(cause if isinstance(cause, TransportError) else ProtocolViolation(str(error)))
                return
            self._keeps = False
        if self._received - self._size - _CHUNK_FRAME * self._chunks > self.limits.head:
            self.fail(
                ResponseTooLarge(
                    f"The head of the subgraph's response is larger than {self.limits.head} bytes."
                )
            )
        elif self._whole:
            self._take_parsed()

    def _take_parsed(self) -> None:
        """Answer with what the parser has read."""
        response = HttpResponse(self._status, self._headers, b"".join(self._body))
        keeps, compressed = self._keeps, self._compressed
        if keeps and not compressed:
            self._remember(response)
        self._reset()
        if not compressed:
            self._answer(response, keeps)
            return
        try:
            response.read = inflate(response.read, self.limits.body)
        except TransportError as error:
            self._answer(error, keeps)
        else:
            self._answer(response, keeps)

    def _remember(self, response: HttpResponse) -> None:
        head, end, _ = self._first.partition(b"\r\n\r\n")
        named = dict(response.headers)
        length = named.get(b"content-length")
        is_plain = head.startswith(b"HTTP/1.1 200 ") and b"transfer-encoding" not in named
        if end and is_plain and length is not None and length == b"%d" % len(response.body):
            self._heads.add(head + end, KnownHead(response.status, response.headers, len(response.body)))

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio: the socket is closed, by whomever."""
        if self.waiting is not None and exc is None and self._ends_with_connection():
            self.alive = False
            self._take_parsed()
            self._owner.lost(self)
            return
        self.fail(ConnectionDropped("The subgraph closed the connection."))

    def _ends_with_connection(self) -> bool:
        return self._status >= 200 and not self._length_known

    def on_message_begin(self) -> None:
        """Httptools: a response begins."""
        if self._whole:  # a second one: nobody asked for it
            raise ProtocolViolation("The subgraph sent data that was not asked for.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Httptools: one header of the response; a trailer is not for merging (RFC 9110 §6.5.1)."""
        if self._status:
            return
        name = name.lower()
        self._headers.append((name, value))
        if name == b"content-encoding":
            self._compressed = value.lower() not in (b"", b"identity")
        elif name in (b"content-length", b"transfer-encoding"):
            self._length_known = True

    def on_headers_complete(self) -> None:
        """Httptools: the body follows."""
        self._status = self._parser.get_status_code()

    def on_chunk_header(self) -> None:
        """Httptools: a chunk begins."""
        self._chunks += 1

    def on_body(self, chunk: bytes) -> None:
        """Httptools: a piece of the body."""
        self._size += len(chunk)
        if self._size > self.limits.body:
            raise self._too_large()
        self._body.append(chunk)

    def on_message_complete(self) -> None:
        """Httptools: the response is whole."""
        if self._status < 200:  # 100 Continue, 103 Early Hints: the real response is to come
            self._first, self._headers, self._status = b"", [], 0
            self._compressed = self._length_known = False
            return
        self._keeps = self._parser.should_keep_alive()
        self._whole = True

    def _answer(self, response: HttpResponse | TransportError, keeps: bool) -> None:
        """Hand on the response; before that, the connection, so that what follows can be asked by it."""
        waiting, self.waiting = self.waiting, None
        assert waiting is not None
        self.served = True
        if keeps and self.alive:
            self._owner.released(self)
        else:
            self.close()
        if waiting.future.done():
            return
        if isinstance(response, HttpResponse):
            waiting.future.set_result(response)
        else:
            waiting.future.set_exception(response)

    def _too_large(self) -> ResponseTooLarge:
        return ResponseTooLarge(f"The subgraph's response is larger than {self.limits.body} bytes.")

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
