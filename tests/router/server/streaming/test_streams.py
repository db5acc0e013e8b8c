"""Subscriptions over HTTP: server-sent events and multipart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.schema_engine import SchemaEngine

EVENTS = "text/event-stream"
MULTIPART = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


async def read(http: httpx.AsyncClient, server: RunningServer, query: str, accept: str) -> httpx.Response:
    return await http.post(f"{server.url}/graphql", json={"query": query}, headers={"accept": accept})


async def test_sse_gives_next_events_and_complete(http: httpx.AsyncClient, serve: Serve) -> None:
    async with serve() as server:
        response = await read(http, server, "subscription { count(to: 2) }", EVENTS)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.text == (
        ":\n\n"
        'event: next\ndata: {"data":{"count":1}}\n\n'
        'event: next\ndata: {"data":{"count":2}}\n\n'
        "event: complete\ndata:\n\n"
    )


async def test_sse_works_by_get_as_browsers_ask(http: httpx.AsyncClient, serve: Serve) -> None:
    async with serve() as server:
        parameters = {"query": "subscription { count(to: 1) }"}
        response = await http.get(f"{server.url}/graphql", params=parameters, headers={"accept": EVENTS})
        refused = await http.get(
            f"{server.url}/graphql", params={"query": "mutation { save }"}, headers={"accept": EVENTS}
        )
    assert 'data: {"data":{"count":1}}' in response.text
    assert '"errors"' in refused.text
    assert '"data"' not in refused.text


@pytest.mark.parametrize(
    ("query", "expected"), [("{ hello }", '{"data":{"hello":"hello world"}}'), ("{", '{"errors":')]
)
async def test_sse_gives_queries_and_request_errors_as_one_event(
    http: httpx.AsyncClient, serve: Serve, query: str, expected: str
) -> None:
    async with serve() as server:
        response = await read(http, server, query, EVENTS)
    assert response.status_code == 200
    assert f"event: next\ndata: {expected}" in response.text
    assert response.text.endswith("event: complete\ndata:\n\n")


async def test_a_malformed_request_is_answered_by_status_even_to_sse(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    async with serve() as server:
        headers = {"accept": EVENTS, "content-type": "application/json"}
        response = await http.post(f"{server.url}/graphql", content=b"{", headers=headers)
    assert response.status_code == 400


async def test_a_query_is_plain_json_to_a_client_that_reads_both(
    http: httpx.AsyncClient, serve: Serve
) -> None:
    async with serve() as server:
        response = await read(http, server, "{ hello }", MULTIPART)
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_multipart_gives_a_part_for_each_event(http: httpx.AsyncClient, serve: Serve) -> None:
    async with serve() as server:
        response = await read(http, server, "subscription { count(to: 2) }", MULTIPART)
    assert response.headers["content-type"] == 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
    head = "\r\ncontent-type: application/json\r\n\r\n"
    assert response.text == (
        f'\r\n--graphql{head}{{"payload":{{"data":{{"count":1}}}}}}'
        f'\r\n--graphql{head}{{"payload":{{"data":{{"count":2}}}}}}'
        "\r\n--graphql--\r\n"
    )


@pytest.mark.parametrize(
    ("accept", "heartbeat"),
    [(EVENTS, b"\n:\n"), (MULTIPART, b"\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql")],
)
async def test_silence_is_filled_with_heartbeats(
    http: httpx.AsyncClient, serve: Serve, accept: str, heartbeat: bytes
) -> None:
    async with serve(stream_heartbeat=0.01) as server:
        body = {"query": "subscription { forever }"}
        received = b""
        async with http.stream(
            "POST", f"{server.url}/graphql", json=body, headers={"accept": accept}
        ) as response:
            async for chunk in response.aiter_bytes():
                received += chunk
                if received.count(heartbeat) >= 2:
                    break
    assert b'{"data":{"forever":1}}' in received


@pytest.mark.parametrize("accept", [EVENTS, MULTIPART])
async def test_a_client_that_leaves_ends_the_source(
    http: httpx.AsyncClient, serve: Serve, engine: SchemaEngine, accept: str
) -> None:
    async with serve() as server:
        body = {"query": "subscription { forever }"}
        async with http.stream(
            "POST", f"{server.url}/graphql", json=body, headers={"accept": accept}
        ) as response:
            async for chunk in response.aiter_bytes():
                if b"forever" in chunk:
                    break
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
    assert engine.open_streams == 0


@pytest.mark.parametrize(
    ("accept", "farewell"), [(EVENTS, ": The server restarts"), (MULTIPART, '{"payload":null,"errors":[')]
)
async def test_a_draining_server_tells_its_streams_without_completing_them(
    http: httpx.AsyncClient, serve: Serve, engine: SchemaEngine, accept: str, farewell: str
) -> None:
    async with serve() as server:
        body = {"query": "subscription { forever }"}
        received = ""
        async with http.stream(
            "POST", f"{server.url}/graphql", json=body, headers={"accept": accept}
        ) as response:
            async for text in response.aiter_text():
                received += text
                if "forever" in text:
                    server.context.drain.stop_streams()
    assert farewell in received
    assert "event: complete" not in received
    assert engine.open_streams == 0


@pytest.mark.parametrize("accept", [EVENTS, MULTIPART])
async def test_a_fault_in_a_stream_shows_nothing(http: httpx.AsyncClient, serve: Serve, accept: str) -> None:
    async with serve() as server:
        response = await read(http, server, "subscription { broken }", accept)
    assert '{"data":{"broken":1}}' in response.text
    assert "secret" not in response.text
