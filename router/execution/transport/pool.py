"""The pool of keep-alive connections to one origin.

Enters: whole requests as bytes (``start``). Leaves: ``Eventual`` responses. On the hot path (an idle
connection is there) a call makes no task, no coroutine and no timer: one sweep at intervals ends what is
overdue.

A request is repeated (once) only where that is safe: it is idempotent, its connection had served
another request before (so the peer probably closed it while idle), and no byte of a response had come.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass, field

from .address import Origin
from .connection import Connection, HttpResponse, PendingRequest, ResponseLimits
from .errors import ConnectFailed, ConnectionDropped, DeadlineExceeded, TransportError
from .eventual import Eventual
from .known_heads import KnownHeads
from .tls import TlsSettings, tls_context


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Limits of one origin's pool. Times in seconds, sizes in bytes."""

    max_connections: int = 256
    connect_timeout: float = 10.0
    idle_expiry: float = 4.0
    """Below the 5 s after which uvicorn and Node close an idle connection, so that ours closes first."""
    max_response_bytes: int = 64 * 1024 * 1024
    max_head_bytes: int = 64 * 1024
    """Of a response's head, and of what else of it is no body."""
    tls: TlsSettings = field(default_factory=TlsSettings)


class ConnectionPool:
    """Connections to one origin; the one used last is used next."""

    def __init__(self, origin: Origin, settings: PoolSettings) -> None:
        self._origin = origin
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._queue: deque[PendingRequest] = deque()
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._tls: ssl.SSLContext | None = None
        self._heads = KnownHeads()
        self._limits = ResponseLimits(settings.max_response_bytes, settings.max_head_bytes)
        self._closed = False

    def start(self, payload: bytes, timeout: float, idempotent: bool) -> Eventual[HttpResponse]:
        """Send a request now, or as soon as a connection is there; timeout in seconds."""
        now = self._loop.time()
        future: Eventual[HttpResponse] = Eventual()
        request = PendingRequest(payload, future, now + timeout, idempotent)
        if self._sweep_timer is None:
            interval = _sweep_interval(timeout)
            self._sweep_timer = self._loop.call_later(interval, self._sweep, interval)
        idle, oldest = self._idle, now - self._settings.idle_expiry
        while idle:
            connection = idle.pop()
            if connection.alive and connection.idle_since >= oldest:
                connection.send(request)
                return future
            connection.close()
        self._queue.append(request)
        self._open_for_queue()
        return future

    def _open_for_queue(self) -> None:
        """Open a connection if more requests wait than connections are being opened."""
        room = self._settings.max_connections - len(self._all) - len(self._opening)
        if len(self._queue) > len(self._opening) and room > 0 and not self._closed:
            task = self._loop.create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opened)

    async def _open(self) -> None:
        seconds = self._settings.connect_timeout
        try:
            async with asyncio.timeout(seconds):
                connection = await self._connect()
        except TimeoutError as error:
            raise ConnectFailed(f"no connection within {seconds:g} s") from error
        if not connection.alive:
            raise ConnectFailed("it closed the connection at once")
        self._all.add(connection)
        self.released(connection)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        request = self._next_waiting()
        if request is not None:
            request.future.set_exception(ConnectFailed(f"The subgraph can't be reached: {error}"))
        self._open_for_queue()

    async def _connect(self) -> Connection:
        def protocol() -> Connection:
            return Connection(self, self._limits, self._heads)

        origin = self._origin
        if origin.tls and self._tls is None:
            self._tls = tls_context(self._settings.tls)
        if origin.unix_path is not None:
            _, connection = await self._loop.create_unix_connection(protocol, origin.unix_path)
        else:
            _, connection = await self._loop.create_connection(
                protocol, origin.host, origin.port, ssl=self._tls
            )
        return connection

    def _next_waiting(self) -> PendingRequest | None:
        while self._queue:
            request = self._queue.popleft()
            if not request.future.done():
                return request
        return None

    def released(self, connection: Connection) -> None:
        """Take a connection, a new one or one whose response is complete, for who waits or for later."""
        if self._queue and connection.alive:
            request = self._next_waiting()
            if request is not None:
                connection.send(request)
                return
        connection.idle_since = self._loop.time()
        self._idle.append(connection)

    def lost(self, connection: Connection) -> None:
        """Forget a closed connection; whoever waits for one may get a new one."""
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._open_for_queue()

    def failed(self, connection: Connection, request: PendingRequest, error: TransportError) -> None:
        """Repeat a request where that is safe, else hand on the error."""
        stale = isinstance(error, ConnectionDropped) and connection.served and not connection.answered
        if stale and request.idempotent and not request.repeated and not self._closed:
            request.repeated = True
            self._queue.append(request)
            self._open_for_queue()
        else:
            request.future.set_exception(error)

    def _sweep(self, interval: float) -> None:
        now = self._loop.time()
        for connection in list(self._all):
            if connection.waiting is not None and connection.waiting.deadline <= now:
                connection.fail(DeadlineExceeded("The subgraph did not answer in time."))
        self._expire_queue(now)
        busy = self._queue or any(connection.waiting for connection in self._all)
        self._sweep_timer = self._loop.call_later(interval, self._sweep, interval) if busy else None

    def _expire_queue(self, now: float) -> None:
        overdue = [request for request in self._queue if request.deadline <= now]
        for request in overdue:
            self._queue.remove(request)
        for request in overdue:  # after that: whoever is told may ask again, at once
            if not request.future.done():
                request.future.set_exception(
                    DeadlineExceeded("No connection to the subgraph was free in time.")
                )

    async def aclose(self) -> None:
        """Close every connection; requests under way fail."""
        self._closed = True
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()
        for task in list(self._opening):
            task.cancel()
        for connection in list(self._all):
            connection.fail(ConnectionDropped("The router is closing."))


def _sweep_interval(timeout: float) -> float:
    """How late a deadline may be noticed: a tenth of it, a quarter of a second at most."""
    return min(timeout / 10, 0.25)
