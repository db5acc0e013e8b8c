"""A subgraph's subscriptions over real WebSockets: it sends what a test wants, and tells what it received."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Message: TypeAlias = "dict[str, Any] | str | None"
"""A message, or raw text; None breaks the connection."""


@dataclass
class LiveSubgraph:
    """Sends ``messages`` after a subscription, then waits for the client to end it (or completes)."""

    messages: Sequence[Message]
    stays_open: bool = False
    acknowledges: bool = True
    subscribed: list[dict[str, Any]] = field(default_factory=list)
    init: dict[str, Any] = field(default_factory=dict)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the client has ended its subscription or left."""

    async def run(self, socket: ServerConnection) -> None:
        """Speak graphql-transport-ws with one client."""
        try:
            await self._converse(socket)
        except ConnectionClosed:
            pass
        finally:
            self.released.set()

    async def _converse(self, socket: ServerConnection) -> None:
        self.init = json.loads(await socket.recv())
        if not self.acknowledges:
            await socket.close(4403)
            return
        await socket.send(json.dumps({"type": "connection_ack"}))
        subscribe = json.loads(await socket.recv())
        self.subscribed.append(subscribe["payload"])
        for message in self.messages:
            if message is None:
                socket.transport.abort()
                return
            text = message if isinstance(message, str) else json.dumps({**message, "id": subscribe["id"]})
            await socket.send(text)
        if self.stays_open:
            assert json.loads(await socket.recv()) == {"type": "complete", "id": subscribe["id"]}
            return
        await socket.send(json.dumps({"type": "complete", "id": subscribe["id"]}))
        await socket.wait_closed()


def event(data: Any, **more: Any) -> dict[str, Any]:
    """A ``next`` message."""
    return {"type": "next", "payload": {"data": data, **more}}


@asynccontextmanager
async def serve_live(subgraph: LiveSubgraph, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve on a free port; gives the URL."""
    protocol = Subprotocol("graphql-transport-ws")
    async with serve(subgraph.run, "127.0.0.1", 0, subprotocols=[protocol], ssl=tls) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/graphql"
