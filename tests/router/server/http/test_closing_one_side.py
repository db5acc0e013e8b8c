"""A client that closes its side after its requests (`nc -N`) gets their answers (RFC 9112 §9.6)."""

from __future__ import annotations

import asyncio

import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.raw_http import HELLO, QUERY, chunked, get, post, wire
from tests.router.server.schema_engine import SchemaEngine

WAIT = b'{"query": "{ wait }"}'
LONG = b'{"query": "{ long(to: 3000000) }"}'
THROUGH = {"data": {"wait": "through"}}


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("request_bytes", [post(WAIT), chunked(WAIT), get("/graphql?query=%7Bwait%7D")])
async def test_it_gets_an_answer_that_takes_its_time(
    serve: Serve, engine: SchemaEngine, request_bytes: bytes, direct: bool
) -> None:
    async with serve(direct_posts=direct) as server, wire(server.port) as client:
        await client.send(request_bytes)
        await client.end()
        await asyncio.wait_for(engine.entered.wait(), 5)
        await asyncio.sleep(0.02)  # the server has seen the end by now
        engine.gate.set()
        answer = await client.answer()
        assert (answer.json, answer.headers["connection"]) == (THROUGH, "close")
        assert await client.closed()


async def test_it_gets_all_answers_in_order(either: RunningServer) -> None:
    async with wire(either.port) as client:
        await client.send(post() + get() + chunked(QUERY) + post())
        await client.end()
        assert [(await client.answer()).json for _ in range(4)] == [HELLO] * 4
        assert await client.closed()


async def test_it_gets_all_of_a_long_answer(either: RunningServer) -> None:
    async with wire(either.port) as client:
        await client.send(post(LONG))
        await client.end()
        await asyncio.sleep(0.05)  # the server waits for this client to read
        assert len((await client.answer()).json["data"]["long"]) == 3_000_000
        assert await client.closed()


@pytest.mark.parametrize("beginning", [b"", b"POST /graphql HT", post(length=100), chunked(QUERY, end=b"")])
async def test_what_never_gets_whole_ends_with_it(either: RunningServer, beginning: bytes) -> None:
    async with wire(either.port) as client:
        await client.send(beginning)
        await client.end()
        assert await client.closed()


async def test_a_stream_ends_with_it(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(b'{"query": "subscription { forever }"}', "Accept: text/event-stream"))
        await client.end()
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
    assert engine.open_streams == 0


async def test_a_client_that_leaves_by_closing_is_taken_for_gone_after_a_while(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with serve(half_open_timeout=0.05, direct_posts=False) as server, wire(server.port) as client:
        await client.send(post(WAIT))
        await asyncio.wait_for(engine.entered.wait(), 5)
        await client.end()
        assert await client.closed()
        engine.gate.set()
