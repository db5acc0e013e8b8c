"""``@defer`` over every transport that takes parts, in the format that the client names."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, running
from tests.router.server.socket_client import hear, opened, subscribe

ITEMS = """
  type Query { item: Item }
  type Item @key(fields: "id") { id: ID! name: String }
"""
PRICES = """
  type Query { prices: Int }
  type Item @key(fields: "id") { id: ID! price: Int }
"""
QUERY = '{ item { name ... @defer(label: "p") { price } } }'
BARE = "multipart/mixed, application/json"
WHOLE = {"data": {"item": {"name": "pen", "price": 3}}}
OLDER = [
    {"data": {"item": {"name": "pen"}}, "hasNext": True},
    {"incremental": [{"data": {"price": 3}, "path": ["item"], "label": "p"}], "hasNext": False},
]
NEWER = [
    {
        "data": {"item": {"name": "pen"}},
        "pending": [{"id": "0", "path": ["item"], "label": "p"}],
        "hasNext": True,
    },
    {"hasNext": False, "incremental": [{"id": "0", "data": {"price": 3}}], "completed": [{"id": "0"}]},
]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[RunningServer]:
    subgraphs = {
        "items": TestSubgraph(ITEMS, {"Query.item": lambda *_: {"id": "1", "name": "pen"}}, {"Item": dict}),
        "prices": TestSubgraph(PRICES, {}, {"Item": lambda _: {"price": 3}}),
    }
    async with gateway(subgraphs, EngineSettings()) as router, running(router.engine, {}) as server:
        yield server


@pytest.fixture
async def client(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as http:
        yield http


async def ask(client: httpx.AsyncClient, accept: str, query: str = QUERY) -> httpx.Response:
    return await client.post("/graphql", json={"query": query}, headers={"accept": accept})


def payloads_of(response: httpx.Response) -> list[object]:
    """Read a body as a client of its media type does."""
    if response.headers["content-type"].startswith("text/event-stream"):
        lines = response.text.splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert response.text.endswith("\r\n--graphql--\r\n")
    parts = response.text.split("\r\n--graphql")[1:-1]
    return [json.loads(part.split("\r\n\r\n", 1)[1]) for part in parts]


@pytest.mark.parametrize(
    ("accept", "content_type", "payloads"),
    [
        ("multipart/mixed;deferSpec=20220824, application/json", "deferSpec=20220824", OLDER),
        ("multipart/mixed;incrementalSpec=v0.2, application/json", "incrementalSpec=v0.2", NEWER),
        ("multipart/mixed;incrementalSpec=v0.2", "incrementalSpec=v0.2", NEWER),
        ("text/event-stream", "text/event-stream", OLDER),
        ("text/event-stream;incrementalSpec=v0.2", "text/event-stream", NEWER),
    ],
)
async def test_the_client_chooses_media_type_and_format(
    client: httpx.AsyncClient, accept: str, content_type: str, payloads: list[object]
) -> None:
    response = await ask(client, accept)
    assert response.status_code == 200
    assert content_type in response.headers["content-type"]
    assert payloads_of(response) == payloads


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*", BARE])
async def test_a_client_of_single_responses_gets_the_whole(client: httpx.AsyncClient, accept: str) -> None:
    response = await ask(client, accept)
    assert response.json() == WHOLE


async def test_a_query_without_deferred_parts_is_json_to_a_client_that_takes_both(
    client: httpx.AsyncClient,
) -> None:
    response = await ask(client, "multipart/mixed;deferSpec=20220824, application/json", "{ item { name } }")
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == {"data": {"item": {"name": "pen"}}}


async def test_a_query_without_deferred_parts_is_one_part_to_a_client_of_multipart_alone(
    client: httpx.AsyncClient,
) -> None:
    response = await ask(client, "multipart/mixed;deferSpec=20220824", "{ item { name } }")
    assert payloads_of(response) == [{"data": {"item": {"name": "pen"}}}]


async def test_a_request_error_is_json_to_a_client_that_takes_both(client: httpx.AsyncClient) -> None:
    response = await ask(client, "multipart/mixed;deferSpec=20220824, application/json", "{ nothing }")
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("init", "payloads"),
    [(None, OLDER), ({"incrementalSpec": "v0.2"}, NEWER), ({"incrementalSpec": 1}, OLDER)],
)
async def test_over_a_websocket_the_parts_are_messages(
    server: RunningServer, init: dict[str, object] | None, payloads: list[object]
) -> None:
    async with opened(server, init) as socket:
        await subscribe(socket, "1", QUERY)
        heard = [await hear(socket) for _ in range(len(payloads) + 1)]
    assert [message["payload"] for message in heard[:-1]] == payloads
    assert heard[-1] == {"id": "1", "type": "complete"}


async def test_over_a_websocket_a_query_without_parts_is_one_plain_message(server: RunningServer) -> None:
    async with opened(server) as socket:
        await subscribe(socket, "1", "{ item { name } }")
        assert (await hear(socket))["payload"] == {"data": {"item": {"name": "pen"}}}
        assert (await hear(socket))["type"] == "complete"


@pytest.mark.parametrize(
    ("accept", "payloads"), [("application/json", OLDER), ("text/event-stream;incrementalSpec=v0.2", NEWER)]
)
async def test_on_a_reserved_stream_the_parts_are_events(
    client: httpx.AsyncClient, accept: str, payloads: list[object]
) -> None:
    token = {"x-graphql-event-stream-token": (await client.put("/graphql")).text}
    body = {"query": QUERY, "extensions": {"operationId": "a"}}
    posted = await client.post("/graphql", json=body, headers={**token, "accept": accept})
    assert posted.status_code == 202
    heard = []
    async with client.stream("GET", "/graphql", headers={**token, "accept": "text/event-stream"}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                heard.append(json.loads(line[6:]))
            if len(heard) > len(payloads):
                break
    assert heard == [*({"id": "a", "payload": payload} for payload in payloads), {"id": "a"}]
