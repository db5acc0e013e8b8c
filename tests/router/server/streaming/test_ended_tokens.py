"""A stream ends with its token, and says so at its protocol's place. The tests move the clock."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.live_subgraph import LiveSubgraph, event, serve_live
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, Serve, running
from tests.router.server.schema_engine import SchemaEngine
from tests.router.server.socket_client import closed, hear, opened, say, subscribe
from tests.router.server.tokens import Key, MovedClock, write

LIFE, LEEWAY = 60.0, 10.0
FOREVER, SILENT = "subscription { forever }", "subscription { silent }"
EVENTS, MULTIPART = "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"
ENDED = {
    "message": "The token has expired; subscribe again with a new one.",
    "extensions": {"code": "UNAUTHENTICATED"},
}
CLOSED = (4403, "UNAUTHENTICATED: The token has expired")


@dataclass
class World:
    """A server that checks tokens, its clock, and a token."""

    server: RunningServer
    clock: MovedClock
    authorization: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": self.authorization}

    def end_token(self) -> None:
        self.clock.move(LIFE + LEEWAY)


@pytest.fixture
async def world(serve: Serve, tmp_path: Path) -> AsyncIterator[World]:
    key, clock = Key("one"), MovedClock()
    write(tmp_path / "jwks.json", key)
    token = key.sign(exp=int(clock.now()) + LIFE)
    async with serve(jwks=str(tmp_path / "jwks.json"), jwt_leeway=LEEWAY, clock=clock) as server:
        yield World(server, clock, f"Bearer {token}")


@contextlib.asynccontextmanager
async def streaming(world: World, accept: str, query: str) -> AsyncIterator[httpx.Response]:
    headers = {**world.headers, "accept": accept}
    async with (
        httpx.AsyncClient(base_url=world.server.url) as client,
        client.stream("POST", "/graphql", json={"query": query}, headers=headers) as response,
    ):
        yield response


async def no_source_is_open(engine: SchemaEngine) -> None:
    """The client hears first; one that never began has none."""
    if engine.open_streams:
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
    assert engine.open_streams == 0


async def test_over_a_websocket_each_stream_hears_why_and_then_the_socket_closes(
    world: World, engine: SchemaEngine
) -> None:
    async with opened(world.server, world.headers) as client:
        await subscribe(client, "a", FOREVER)
        assert (await hear(client))["payload"] == {"data": {"forever": 1}}
        await subscribe(client, "b", SILENT)
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        world.end_token()
        last = [await hear(client) for _ in range(2)]
        assert sorted(last, key=lambda each: each["id"]) == [
            {"id": id, "type": "error", "payload": [ENDED]} for id in "ab"
        ]
        assert await closed(client) == CLOSED
    assert engine.open_streams == 0


async def test_over_a_websocket_a_query_that_runs_is_answered_first(
    world: World, engine: SchemaEngine
) -> None:
    async with opened(world.server, world.headers) as client:
        await subscribe(client, "a", "{ wait }")
        await asyncio.wait_for(engine.entered.wait(), 5)
        await subscribe(client, "b", FOREVER)
        assert (await hear(client))["type"] == "next"
        world.end_token()
        assert (await hear(client))["type"] == "error"
        engine.gate.set()
        assert (await hear(client))["payload"] == {"data": {"wait": "through"}}
        assert await hear(client) == {"id": "a", "type": "complete"}
        assert await closed(client) == CLOSED


async def test_over_a_websocket_an_operation_that_comes_too_late_closes_it_too(world: World) -> None:
    async with opened(world.server, world.headers) as client:
        world.end_token()
        await subscribe(client, "a", "{ hello }")
        refused = await hear(client)
        assert refused["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await closed(client) == CLOSED


@pytest.mark.parametrize("query", [FOREVER, SILENT])
async def test_an_event_stream_ends_with_an_event_that_says_why(
    world: World, engine: SchemaEngine, query: str
) -> None:
    async with streaming(world, EVENTS, query) as response:
        world.end_token()
        text = (await response.aread()).decode()
    last = f"event: next\ndata: {json.dumps({'errors': [ENDED]}, separators=(',', ':'))}\n\n"
    assert text.endswith(last + "event: complete\ndata:\n\n")
    await no_source_is_open(engine)


@pytest.mark.parametrize("query", [FOREVER, SILENT])
async def test_multipart_ends_with_a_part_that_says_why(
    world: World, engine: SchemaEngine, query: str
) -> None:
    async with streaming(world, MULTIPART, query) as response:
        world.end_token()
        text = (await response.aread()).decode()
    *_, last, end = text.split("\r\n--graphql")
    assert json.loads(last.partition("\r\n\r\n")[2]) == {"payload": None, "errors": [ENDED]}
    assert end == "--\r\n"
    await no_source_is_open(engine)


async def test_on_a_reserved_stream_the_operation_ends_and_the_stream_goes_on(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.server.url) as client:
        token = {"x-graphql-event-stream-token": (await client.put("/graphql")).text}
        async with client.stream("GET", "/graphql", headers=token) as response:
            lines = response.aiter_lines()
            body = {"query": FOREVER, "extensions": {"operationId": "a"}}
            await client.post("/graphql", json=body, headers={**token, **world.headers})
            assert (await next_event(lines))[1]["payload"] == {"data": {"forever": 1}}
            world.end_token()
            assert await next_event(lines) == ("next", {"id": "a", "payload": {"errors": [ENDED]}})
            assert await next_event(lines) == ("complete", {"id": "a"})
            body = {"query": "{ who }", "extensions": {"operationId": "b"}}
            await client.post("/graphql", json=body, headers=token)
            assert (await next_event(lines))[1]["payload"] == {"data": {"who": None}}


async def next_event(lines: AsyncIterator[str]) -> tuple[str, dict[str, object]]:
    name = ""
    async for line in lines:
        name = line[7:] if line.startswith("event: ") else name
        if line.startswith("data: "):
            return name, json.loads(line[6:])
    raise AssertionError("the stream has ended")


async def test_the_leeway_of_tokens_is_that_of_streams(world: World) -> None:
    async with opened(world.server, world.headers) as client:
        await subscribe(client, "a", SILENT)
        world.clock.move(LIFE + LEEWAY - 2)
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        await subscribe(client, "b", "{ who }")
        assert (await hear(client))["payload"] == {"data": {"who": "u1"}}
        assert (await hear(client))["type"] == "complete"
        world.clock.move(2)
        assert (await hear(client))["type"] == "error"


async def test_a_subgraph_whose_clock_is_ahead_makes_no_null_of_a_stream(world: World) -> None:
    denied = "subscription { denied(to: 1) }"
    async with opened(world.server, world.headers) as client:
        await subscribe(client, "a", denied)  # the token has long to live: this is about something else
        assert (await hear(client))["payload"]["data"] == {"denied": None}
        assert (await hear(client))["type"] == "complete"
        world.clock.move(LIFE - LEEWAY)
        await subscribe(client, "b", denied)
        assert await hear(client) == {"id": "b", "type": "error", "payload": [ENDED]}
        assert await closed(client) == CLOSED


async def test_nobodys_stream_does_not_end(world: World) -> None:
    async with opened(world.server) as client:
        await subscribe(client, "a", SILENT)
        world.end_token()
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}


async def test_a_token_without_an_end_has_a_stream_without_one(serve: Serve, tmp_path: Path) -> None:
    key, clock = Key("one"), MovedClock()
    write(tmp_path / "jwks.json", key)
    async with (
        serve(jwks=str(tmp_path / "jwks.json"), clock=clock) as server,
        opened(server, {"authorization": f"Bearer {key.sign(exp=None)}"}) as client,
    ):
        await subscribe(client, "a", SILENT)
        clock.move(10**9)
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}


async def test_the_subgraph_hears_that_the_stream_has_ended(tmp_path: Path) -> None:
    key, clock = Key("one"), MovedClock()
    write(tmp_path / "jwks.json", key)
    subgraphs = {"live": TestSubgraph("type Query { a: Int } type Subscription { ticks: Int }")}
    live = LiveSubgraph([event({"ticks": 1})], stays_open=True)
    async with (
        serve_live(live) as url,
        gateway(subgraphs, EngineSettings(), {"live": url}) as router,
        running(router.engine, {"jwks": str(tmp_path / "jwks.json"), "clock": clock}) as server,
        opened(server, {"authorization": f"Bearer {key.sign(exp=clock.now() + LIFE)}"}) as client,
    ):
        await subscribe(client, "1", "subscription { ticks }")
        assert (await hear(client))["payload"] == {"data": {"ticks": 1}}
        clock.move(LIFE + LEEWAY)
        assert (await hear(client))["payload"] == [ENDED]
        await asyncio.wait_for(live.released.wait(), 5)
