"""Whoever ends a subscription, and however: the subgraph hears of it, over every transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import httpx
import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.live_subgraph import LiveSubgraph, event, serve_live
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, running
from tests.router.server.socket_client import hear, opened, say, subscribe

SUBGRAPHS = {"live": TestSubgraph("type Query { a: Int } type Subscription { ticks: Int }")}
TICKS = "subscription { ticks }"
Leave: TypeAlias = Callable[[RunningServer], Awaitable[None]]


@asynccontextmanager
async def live_router() -> AsyncIterator[tuple[RunningServer, LiveSubgraph]]:
    live = LiveSubgraph([event({"ticks": 1})], stays_open=True)
    async with (
        serve_live(live) as url,
        gateway(SUBGRAPHS, EngineSettings(), {"live": url}) as router,
        running(router.engine, {}) as server,
    ):
        yield server, live


async def read_one(server: RunningServer, accept: str) -> None:
    """Read up to the first event, then hang up."""
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        http.stream("POST", "/graphql", json={"query": TICKS}, headers={"accept": accept}) as response,
    ):
        async for chunk in response.aiter_text():
            if "ticks" in chunk:
                return


async def leave_sse(server: RunningServer) -> None:
    await read_one(server, "text/event-stream")


async def leave_multipart(server: RunningServer) -> None:
    await read_one(server, "multipart/mixed;subscriptionSpec=1.0")


async def leave_socket(server: RunningServer) -> None:
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        assert (await hear(client))["payload"] == {"data": {"ticks": 1}}


async def break_socket(server: RunningServer) -> None:
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        await hear(client)
        client.transport.abort()


async def complete(server: RunningServer) -> None:
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        await hear(client)
        await say(client, type="complete", id="1")
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}


async def break_protocol(server: RunningServer) -> None:
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        await hear(client)
        await client.send("nonsense")


async def on_reserved(server: RunningServer, *, delete: bool) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        headers = {"x-graphql-event-stream-token": (await http.put("/graphql")).text}
        body = {"query": TICKS, "extensions": {"operationId": "a"}}
        assert (await http.post("/graphql", json=body, headers=headers)).status_code == 202
        async with http.stream("GET", "/graphql", headers=headers) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    assert json.loads(line[6:])["payload"] == {"data": {"ticks": 1}}
                    break
            if delete:
                stopped = await http.delete("/graphql", params={"operationId": "a"}, headers=headers)
                assert stopped.status_code == 200


async def leave_reserved(server: RunningServer) -> None:
    await on_reserved(server, delete=False)


async def delete_reserved(server: RunningServer) -> None:
    await on_reserved(server, delete=True)


async def drain(server: RunningServer) -> None:
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        await hear(client)
        server.context.drain.stop_streams()
        await client.wait_closed()
        assert client.close_code == 1001


@pytest.mark.parametrize(
    "leave",
    [
        leave_sse,
        leave_multipart,
        leave_socket,
        break_socket,
        break_protocol,
        complete,
        leave_reserved,
        delete_reserved,
        drain,
    ],
)
async def test_the_subgraph_is_told_that_nobody_listens_any_more(leave: Leave) -> None:
    async with live_router() as (server, live):
        await leave(server)
        await asyncio.wait_for(live.released.wait(), 5)
