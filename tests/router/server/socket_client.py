"""A client of ``graphql-transport-ws``, message by message."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.router.server.conftest import RunningServer

PROTOCOL = Subprotocol("graphql-transport-ws")


@contextlib.asynccontextmanager
async def socket(server: RunningServer, **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(server.ws_url, subprotocols=[PROTOCOL], **options) as client:
        yield client


@contextlib.asynccontextmanager
async def opened(server: RunningServer, payload: Any = None) -> AsyncIterator[ClientConnection]:
    async with socket(server) as client:
        await say(client, type="connection_init", payload=payload)
        assert await hear(client) == {"type": "connection_ack"}
        yield client


async def say(client: ClientConnection, **message: Any) -> None:
    await client.send(json.dumps(message))


async def subscribe(client: ClientConnection, id: str, query: str, **members: Any) -> None:
    await say(client, type="subscribe", id=id, payload={"query": query, **members})


async def hear(client: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(client.recv(), 5))


async def closed(client: ClientConnection) -> tuple[int, str]:
    """Read to the end; the code and reason of the server's close frame."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(client.recv(), 5)
    assert client.close_code is not None
    return client.close_code, client.close_reason or ""
