"""Runs the applications in this process until SIGTERM or SIGINT, and ends gently.

SIGTERM ─ readiness red ─ drain_delay ─ port closed, streams told ─ requests end ─ engine closed
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from ...settings import ServerSettings
from ..app import RouterApp
from ..exchange.drain import Drain
from ..http.direct.protocol import PostProtocol
from ..http.protocol import HttpProtocol, protocol_of
from ..websocket.protocol import WebSocketProtocol

# Streams get this long to say farewell before uvicorn closes what is left of them.
FAREWELL = 0.05
BACKLOG = 2048


class DrainingServer(uvicorn.Server):
    """A uvicorn server that turns readiness red first, and closes its port later."""

    def __init__(
        self, config: uvicorn.Config, drain: Drain, delay: float, on_start: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._delay = delay
        self._on_start = on_start
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._on_start()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; once a second look for connections to close."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, PostProtocol):
                    connection.end_if_idle(now)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain at the first signal; a second one ends at once."""
        if self._drain.draining or self._loop is None:
            self.should_exit = self.force_exit = True
            return
        self._drain.begin()
        self._loop.call_soon_threadsafe(self._loop.call_later, self._delay, self._exit)

    def _exit(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the streams, then let requests end."""
        self._drain.stop_streams()
        await asyncio.sleep(FAREWELL)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            if isinstance(connection, PostProtocol):
                connection.refuse_running()


class AdminServer(uvicorn.Server):
    """A second server of the process; signals belong to the first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def bind(host: str, port: int, *, shared: bool = False, client_timeout: float = 0.0) -> socket.socket:
    """Take the port before anything slow, so that a port in use is said at once.

    ``client_timeout``: seconds after which the system cuts off a client that takes nothing of what it was
    sent (it has vanished, or does not read); 0: never. Accepted connections inherit the options.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if client_timeout:
        _watch_clients(listener, client_timeout)
    listener.bind((host, port))
    return listener


def _watch_clients(listener: socket.socket, timeout: float) -> None:
    """Probe silent clients, and give up on what nobody takes (RFC 5482), where the system can."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, max(1, int(timeout)))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, int(timeout / 4)))
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(timeout * 1000))


def public_config(app: RouterApp, settings: ServerSettings) -> uvicorn.Config:
    """How uvicorn serves the public port."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol_of(settings, PostProtocol if settings.direct_posts else HttpProtocol),
        ws=WebSocketProtocol,
        ws_max_size=settings.body_limit,
        ws_ping_interval=settings.websocket_ping,
        ws_ping_timeout=settings.websocket_ping,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        backlog=BACKLOG,
        timeout_keep_alive=max(1, int(settings.keep_alive)),
        timeout_graceful_shutdown=int(settings.drain_timeout) or 1,
    )


def admin_config(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves the admin port."""
    return uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none")


async def run_admin(app: ASGIApp, listener: socket.socket) -> None:
    """Serve the admin port until cancelled."""
    server = AdminServer(admin_config(app))
    serving = asyncio.ensure_future(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


async def serve_admin(app: ASGIApp, listener: socket.socket) -> None:
    """Serve the admin port in a process of its own, until a signal."""
    await uvicorn.Server(admin_config(app)).serve([listener])


async def run_public(
    app: RouterApp,
    listeners: list[socket.socket],
    settings: ServerSettings,
    drain: Drain,
    on_start: Callable[[], None],
) -> None:
    """Serve on all listeners until a signal ends the process; ``on_start`` is called when they listen."""
    await DrainingServer(public_config(app, settings), drain, settings.drain_delay, on_start).serve(listeners)


def tune_memory() -> None:
    """Leave what was made at start out of every collection, and collect seldom.

    Measured: 10–20 % of a request's time. Requests leave few cycles; 50,000 allocations are about 50 of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
