"""The ASGI endpoint of ``websocket`` scopes."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from ..exchange.context import ServerContext
from ..exchange.csrf import is_own_origin
from ..exchange.requests import read_headers
from .connection import Connection
from .messages import TRY_AGAIN_LATER
from .socket import Socket


class WebSocketEndpoint:
    """Accepts sockets up to the limit, and runs a connection on each."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        socket = Socket(scope, receive, send)
        settings = self._context.settings
        if settings.csrf_protection and not is_own_origin(read_headers(scope["headers"]), settings):
            await socket.refuse()
        elif await socket.accept():
            await self._serve(socket)

    async def _serve(self, socket: Socket) -> None:
        if self._open >= self._context.settings.websocket_connections:
            await socket.close(TRY_AGAIN_LATER, "Too many connections")
            return
        self._open += 1
        self._context.metrics.socket(+1)
        try:
            await Connection(self._context, socket).run()
        finally:
            self._open -= 1
            self._context.metrics.socket(-1)
