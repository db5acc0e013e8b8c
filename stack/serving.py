"""How a subgraph's process serves, and ends: SIGTERM ─ readiness red ─ delay ─ port closed ─ requests end.

Streams are told by a WebSocket close (1012, service restart) when the port closes; the router passes it on.
"""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

NOT_READY = b'{"status":"draining"}'


class Draining:
    """An application whose readiness turns red when `draining` is set; all else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.draining = False
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self.draining and scope["type"] == "http" and scope["path"] == "/health/ready":
            headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": NOT_READY})
        else:
            await self._app(scope, receive, send)


class DrainingServer(uvicorn.Server):
    """A uvicorn server that stays open for a while after the first signal; a second one ends it at once."""

    def __init__(self, config: uvicorn.Config, app: Draining, delay: float) -> None:
        super().__init__(config)
        self._app, self._delay = app, delay
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Remember the loop that signals wake."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain."""
        if self._app.draining or self._loop is None:
            self.should_exit = self.force_exit = True
            return
        self._app.draining = True
        self._loop.call_soon_threadsafe(self._loop.call_later, self._delay, self._exit)

    def _exit(self) -> None:
        self.should_exit = True


def serve(app: ASGIApp, host: str, port: int, *, drain_seconds: float, drain_timeout: float) -> None:
    """Serve until SIGTERM or SIGINT, and drain."""
    draining = Draining(app)
    config = uvicorn.Config(
        draining,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe is a setting of ours (WAYBILL_TRUSTED_PROXIES)
        ws="websockets-sansio",
        timeout_graceful_shutdown=round(drain_timeout) or 1,
    )
    DrainingServer(config, draining, drain_seconds).run()
