"""``graphql-transport-ws``: the life of a socket, and every code it is closed with."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.schema_engine import SchemaEngine
from tests.router.server.socket_client import closed, hear, opened, say, socket, subscribe


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
        assert await hear(client) == {"type": "pong", "payload": {"a": 1}}
        await say(client, type="ping", payload=None)
        assert await hear(client) == {"type": "pong"}
        await say(client, type="pong", payload={"a": 1})
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
        '{"type": "complete", "id": 1}',
        '{"type": "connection_init", "payload": []}',
        '{"type": "connection_ack"}',
        '{"type": "next", "id": "1", "payload": {"data": null}}',
        '{"type": "error", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "extensions": []}}',
        '{"type": "ping", "payload": "\\ud800"}',
        b"\x00",
        b'{"type": "ping"}',
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


@pytest.mark.parametrize("frame", ["nonsense", '{"type": "unknown"}', b'{"type": "connection_init"}'])
async def test_before_the_acknowledgement_too_only_messages_count(serve: Serve, frame: str | bytes) -> None:
    async with serve() as server, socket(server) as client:
        await client.send(frame)
        assert (await closed(client))[0] == 4400


async def test_the_ends_of_operations_that_never_were_are_ignored(shared: RunningServer) -> None:
    async with socket(shared) as client:
        await say(client, type="complete", id="1")
        await say(client, type="connection_init", unknown=True)
        assert await hear(client) == {"type": "connection_ack"}
        await say(client, type="complete", id="1", unknown=True)
        await subscribe(client, "1", "{ hello }", unknown=True)
        assert (await hear(client))["payload"] == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    "members",
    [
        {"operationName": None, "variables": None, "extensions": None},
        {"operationName": "A", "variables": {"n": "world", "more": 1}, "extensions": {"a": 1}},
    ],
)
async def test_optional_members_may_be_null(shared: RunningServer, members: dict[str, Any]) -> None:
    async with opened(shared) as client:
        await subscribe(client, "1", "query A($n: String) { hello(name: $n) }", **members)
        assert (await hear(client))["type"] == "next"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["graphql-transport-ws"], "graphql-transport-ws"),
        (["graphql-ws", "graphql-transport-ws"], "graphql-transport-ws"),
    ],
)
async def test_the_subprotocol_is_chosen_among_those_offered(
    shared: RunningServer, offered: list[Subprotocol], chosen: str
) -> None:
    async with connect(shared.ws_url, subprotocols=offered) as client:
        assert client.subprotocol == chosen


async def test_the_older_subprotocol_closes_with_4406(shared: RunningServer) -> None:
    headers = {"Sec-WebSocket-Protocol": "graphql-ws"}
    async with connect(shared.ws_url, additional_headers=headers) as client:
        assert (await closed(client))[0] == 4406


async def test_another_path_takes_no_sockets(shared: RunningServer) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(shared.ws_url + "x"):
            pass
    assert refusal.value.response.status_code == 403


async def test_messages_may_come_in_fragments(shared: RunningServer) -> None:
    async with opened(shared) as client:
        await client.send(['{"type":"subscribe","id":"1",', '"payload":{"query":"{ hello }"}}'])
        assert (await hear(client))["payload"] == {"data": {"hello": "hello world"}}


async def test_an_answer_may_be_large(shared: RunningServer) -> None:
    async with socket(shared, max_size=None) as client:
        await say(client, type="connection_init")
        await hear(client)
        await subscribe(client, "1", "{ long(to: 3000000) }")
        assert len((await hear(client))["payload"]["data"]["long"]) == 3_000_000


async def test_a_refused_operation_gets_no_complete_and_frees_its_id(shared: RunningServer) -> None:
    async with opened(shared) as client:
        await subscribe(client, "1", "{ nothing }")
        await subscribe(client, "2", "{ hello }")
        heard = [await hear(client) for _ in range(3)]
        assert [(message["id"], message["type"]) for message in heard] == [
            ("1", "error"),
            ("2", "next"),
            ("2", "complete"),
        ]


async def test_nothing_is_heard_of_an_operation_that_the_client_has_ended(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "{ wait }")
        await engine.entered.wait()
        await say(client, type="complete", id="1")
        await subscribe(client, "2", "{ hello }")
        engine.gate.set()
        await say(client, type="ping")
        heard = [await hear(client) for _ in range(3)]
    assert sorted((m["type"], m.get("id")) for m in heard if m["type"] != "pong") == [
        ("complete", "2"),
        ("next", "2"),
    ]


async def test_a_hundred_operations_run_at_once(shared: RunningServer) -> None:
    async with opened(shared) as client:
        for number in range(100):
            await subscribe(client, str(number), "subscription { count(to: 2) }")
        heard = [await hear(client) for _ in range(300)]
    for number in range(100):
        own = [message for message in heard if message["id"] == str(number)]
        assert [message["type"] for message in own] == ["next", "next", "complete"]
