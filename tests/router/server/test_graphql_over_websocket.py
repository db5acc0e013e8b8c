"""``graphql-transport-ws``: the life of a socket, and every code it is closed with."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.schema_engine import SchemaEngine

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


async def test_a_subscription_gives_its_events_and_completes(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "a", "subscription { count(to: 2) }")
        heard = [await hear(client) for _ in range(3)]
    assert heard == [
        {"id": "a", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "a", "type": "next", "payload": {"data": {"count": 2}}},
        {"id": "a", "type": "complete"},
    ]
    assert engine.requests[0].allow == {"query", "mutation", "subscription"}
    assert engine.open_streams == 0


@pytest.mark.parametrize(("query", "data"), [("{ hello }", "hello world"), ("mutation { save }", "saved")])
async def test_queries_and_mutations_run_too(serve: Serve, query: str, data: str) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", query)
        assert list((await hear(client))["payload"]["data"].values()) == [data]
        assert await hear(client) == {"id": "1", "type": "complete"}


async def test_a_field_error_is_a_response(serve: Serve) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "{ fail }")
        assert (await hear(client))["payload"]["errors"][0]["message"] == "No."


@pytest.mark.parametrize("query", ["{", "{ unknown }", "subscription { nothing }"])
async def test_a_request_error_is_an_error_message(serve: Serve, query: str) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", query)
        message = await hear(client)
        assert message["type"] == "error"
        assert message["id"] == "1"
        assert message["payload"][0]["message"]
        await subscribe(client, "1", "{ hello }")
        assert (await hear(client))["type"] == "next"


async def test_operations_run_side_by_side(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "slow", "{ wait }")
        await engine.entered.wait()
        await subscribe(client, "quick", "{ hello }")
        assert [(await hear(client))["id"] for _ in range(2)] == ["quick", "quick"]
        engine.gate.set()
        assert (await hear(client))["payload"] == {"data": {"wait": "through"}}


async def test_complete_of_the_client_ends_the_source(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "subscription { forever }")
        await hear(client)
        await say(client, type="complete", id="1")
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
        await say(client, type="complete", id="never heard of")
        await subscribe(client, "1", "{ hello }")
        assert (await hear(client))["payload"] == {"data": {"hello": "hello world"}}


async def test_a_client_that_leaves_ends_its_sources(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server:
        async with opened(server) as client:
            await subscribe(client, "1", "subscription { forever }")
            await hear(client)
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
    assert engine.open_streams == 0


async def test_pings_are_answered_before_and_after_the_acknowledgement(serve: Serve) -> None:
    async with serve() as server, socket(server) as client:
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        await say(client, type="connection_init")
        assert await hear(client) == {"type": "connection_ack"}
        await say(client, type="ping", payload={"a": 1})
        assert await hear(client) == {"type": "pong"}
        await say(client, type="pong")
        await subscribe(client, "1", "{ hello }")
        assert (await hear(client))["type"] == "next"


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        "1",
        "null",
        "{}",
        '{"type": "unknown"}',
        '{"type": 1}',
        '{"type": "start", "id": "1", "payload": {"query": "{ hello }"}}',
        '{"type": "ping", "payload": 1}',
        '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "operationName": 1}}',
        '{"type": "complete"}',
        b"\x00",
    ],
)
async def test_a_message_that_is_none_closes_with_4400(serve: Serve, frame: str | bytes) -> None:
    async with serve() as server, opened(server) as client:
        await client.send(frame)
        code, reason = await closed(client)
    assert code == 4400
    assert reason


async def test_a_subscribe_before_the_acknowledgement_closes_with_4401(serve: Serve) -> None:
    async with serve() as server, socket(server) as client:
        await subscribe(client, "1", "{ hello }")
        assert await closed(client) == (4401, "Unauthorized")


async def test_another_subprotocol_closes_with_4406(serve: Serve) -> None:
    async with serve() as server, connect(server.ws_url) as client:
        assert await closed(client) == (4406, "Subprotocol not acceptable")


async def test_silence_closes_with_4408(serve: Serve) -> None:
    async with serve(websocket_init_timeout=0.01) as server, socket(server) as client:
        assert await closed(client) == (4408, "Connection initialisation timeout")


async def test_an_id_in_use_closes_with_4409(serve: Serve) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "subscription { forever }")
        await subscribe(client, "1", "subscription { forever }")
        assert await closed(client) == (4409, "Subscriber for 1 already exists")


async def test_a_second_init_closes_with_4429(serve: Serve) -> None:
    async with serve() as server, opened(server) as client:
        await say(client, type="connection_init")
        assert await closed(client) == (4429, "Too many initialisation requests")


async def test_operations_above_the_limit_are_refused_one_by_one(serve: Serve) -> None:
    async with serve(websocket_operations=1) as server, opened(server) as client:
        await subscribe(client, "1", "subscription { forever }")
        await hear(client)
        await subscribe(client, "2", "{ hello }")
        message = await hear(client)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


async def test_sockets_above_the_limit_are_told_to_try_later(serve: Serve) -> None:
    async with serve(websocket_connections=1) as server, opened(server), socket(server) as second:
        assert (await closed(second))[0] == 1013


async def test_a_message_above_the_body_limit_closes_with_1009(serve: Serve) -> None:
    async with serve(body_limit=1000) as server, opened(server) as client:
        await subscribe(client, "1", "{ hello }" + " " * 1000)
        assert (await closed(client))[0] == 1009


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer x"},
        {"authorization": "Bearer x"},
        {"headers": {"AUTHORIZATION": "Bearer x"}},
    ],
)
async def test_the_init_payload_becomes_the_requests_headers(
    serve: Serve, engine: SchemaEngine, payload: dict[str, Any]
) -> None:
    async with serve() as server, opened(server, payload) as client:
        await subscribe(client, "1", '{ header(name: "authorization") }')
        assert (await hear(client))["payload"]["data"]["header"] == "Bearer x"


async def test_headers_of_the_payload_come_before_those_of_the_handshake(serve: Serve) -> None:
    headers = {"x-a": "handshake", "x-b": "handshake"}
    async with serve() as server, socket(server, additional_headers=headers) as client:
        await say(
            client, type="connection_init", payload={"headers": {"X-A": "payload", "x-n": 1}, "x-c": "no"}
        )
        await hear(client)
        await subscribe(
            client,
            "1",
            '{ a: header(name: "x-a") b: header(name: "x-b") c: header(name: "x-c") n: header(name: "x-n") }',
        )
        data = (await hear(client))["payload"]["data"]
    assert data == {"a": "payload", "b": "handshake", "c": None, "n": None}


async def test_a_fault_in_a_stream_shows_nothing(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "subscription { broken }")
        assert (await hear(client))["payload"] == {"data": {"broken": 1}}
        last = await hear(client)
    assert last["type"] == "error"
    assert last["payload"] == [
        {"message": "Internal server error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    ]


async def test_a_draining_server_closes_with_1001_and_ends_the_sources(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "subscription { forever }")
        await hear(client)
        server.context.drain.stop_streams()
        assert (await closed(client))[0] == 1001
        await asyncio.wait_for(engine.stream_closed.wait(), 5)


async def test_a_foreign_origin_is_refused_with_csrf_protection(serve: Serve) -> None:
    settings = {"csrf_protection": True, "cors_origins": "https://shop.example"}
    async with serve(**settings) as server:
        with pytest.raises(InvalidStatus) as refusal:
            async with socket(server, origin="https://evil.example"):
                pass
        assert refusal.value.response.status_code == 403
        for origin in ("https://shop.example", server.url, None):
            async with socket(server, origin=origin) as client:
                await say(client, type="connection_init")
                assert await hear(client) == {"type": "connection_ack"}
