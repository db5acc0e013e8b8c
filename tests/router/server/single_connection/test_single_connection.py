"""graphql-sse's single connection mode: one reserved event stream for the results of many requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.schema_engine import SchemaEngine

TOKEN = "x-graphql-event-stream-token"


class Stream:
    """A client with a reserved stream."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.token = token

    async def run(self, operation_id: object, query: str) -> httpx.Response:
        body = {"query": query, "extensions": {"operationId": operation_id}}
        return await self.http.post("/graphql", json=body, headers={TOKEN: self.token})

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
        headers = {TOKEN: self.token, "accept": "text/event-stream"}
        async with asyncio.timeout(10), self.http.stream("GET", "/graphql", headers=headers) as response:
            assert response.status_code == 200
            yield events_of(response)


async def events_of(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, orjson.loads(value)


@asynccontextmanager
async def client_of(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as http:
        yield http


@asynccontextmanager
async def reserved(serve: Serve, **settings: Any) -> AsyncIterator[Stream]:
    async with serve(**settings) as server, client_of(server) as http:
        response = await http.put("/graphql")
        assert response.status_code == 201
        assert response.headers["content-type"].startswith("text/plain")
        yield Stream(http, response.text)


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_operations_run_side_by_side_on_one_stream(serve: Serve) -> None:
    async with reserved(serve) as stream, stream.listen() as events:
        for operation_id, query in (("a", "{ hello }"), ("b", "subscription { count(to: 2) }")):
            accepted = await stream.run(operation_id, query)
            assert (accepted.status_code, accepted.content) == (202, b"")
        heard = [await anext(events) for _ in range(5)]
    assert [event for event in heard if event[1]["id"] == "a"] == [
        ("next", {"id": "a", "payload": {"data": {"hello": "hello world"}}}),
        ("complete", {"id": "a"}),
    ]
    assert [event for event in heard if event[1]["id"] == "b"] == [
        ("next", {"id": "b", "payload": {"data": {"count": 1}}}),
        ("next", {"id": "b", "payload": {"data": {"count": 2}}}),
        ("complete", {"id": "b"}),
    ]


async def test_an_operation_may_start_before_the_stream_is_open(serve: Serve) -> None:
    async with reserved(serve) as stream:
        assert (await stream.run("a", "mutation { save }")).status_code == 202
        async with stream.listen() as events:
            assert (await anext(events))[1]["payload"] == {"data": {"save": "saved"}}


async def test_delete_stops_an_operation_and_frees_its_id(serve: Serve, engine: SchemaEngine) -> None:
    async with reserved(serve) as stream, stream.listen() as events:
        await stream.run("a", "subscription { forever }")
        assert (await anext(events))[1]["payload"] == {"data": {"forever": 1}}
        taken = await stream.run("a", "{ hello }")
        assert (taken.status_code, code_of(taken)) == (409, "OPERATION_EXISTS")
        stopped = await stream.http.delete(
            "/graphql", params={"operationId": "a"}, headers={TOKEN: stream.token}
        )
        assert stopped.status_code == 200
        assert engine.open_streams == 0
        assert (await stream.run("a", "{ hello }")).status_code == 202


async def test_a_request_that_cannot_be_executed_is_refused_by_its_own_response(serve: Serve) -> None:
    async with reserved(serve) as stream:
        refused = await stream.run("a", "{ nothing }")
        assert refused.status_code == 400
        assert refused.json()["errors"]
        for operation_id in (None, 1, ""):
            response = await stream.run(operation_id, "{ hello }")
            assert (response.status_code, code_of(response)) == (400, "INVALID_REQUEST")


async def test_a_client_that_leaves_ends_its_operations_and_its_stream(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with reserved(serve) as stream:
        async with stream.listen() as events:
            await stream.run("a", "subscription { forever }")
            await anext(events)
        await asyncio.wait_for(engine.stream_closed.wait(), 5)
        gone = await stream.run("b", "{ hello }")
    assert (gone.status_code, code_of(gone)) == (404, "STREAM_NOT_FOUND")


async def test_a_stream_has_one_reader(serve: Serve) -> None:
    async with reserved(serve) as stream, stream.listen():
        second = await stream.http.get("/graphql", params={"token": stream.token})
    assert (second.status_code, code_of(second)) == (409, "STREAM_TAKEN")


async def test_a_token_that_nobody_reserved_is_404(serve: Serve) -> None:
    async with serve() as server, client_of(server) as http:
        for response in (
            await http.get("/graphql", params={"token": "x"}),
            await http.delete("/graphql", params={"token": "x", "operationId": "a"}),
            await http.post("/graphql", json={"query": "{ hello }"}, headers={TOKEN: "x"}),
        ):
            assert (response.status_code, code_of(response)) == (404, "STREAM_NOT_FOUND")


@pytest.mark.parametrize("parameters", [{}, {"operationId": "a"}, {"token": "x"}])
async def test_delete_without_token_or_id_is_400(
    client: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    response = await client.delete("/graphql", params=parameters)
    assert (response.status_code, code_of(response)) == (400, "INVALID_REQUEST")


async def test_reservations_are_capped(serve: Serve) -> None:
    async with reserved(serve, event_streams=1) as stream:
        response = await stream.http.put("/graphql")
    assert (response.status_code, code_of(response)) == (429, "TOO_MANY_STREAMS")


async def test_operations_of_a_stream_are_capped(serve: Serve) -> None:
    async with reserved(serve, websocket_operations=1) as stream:
        assert (await stream.run("a", "subscription { forever }")).status_code == 202
        response = await stream.run("b", "{ hello }")
    assert (response.status_code, code_of(response)) == (429, "TOO_MANY_OPERATIONS")


async def test_a_fault_in_a_stream_shows_nothing(serve: Serve) -> None:
    async with reserved(serve) as stream, stream.listen() as events:
        await stream.run("a", "subscription { broken }")
        heard = [await anext(events) for _ in range(3)]
    assert heard[1][1]["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert heard[2] == ("complete", {"id": "a"})


async def test_a_token_begins_with_the_routers_name_for_load_balancers(serve: Serve) -> None:
    async with reserved(serve, instance="router-1") as stream, stream.listen() as events:
        assert stream.token.startswith("router-1.")
        assert (await stream.run("a", "{ hello }")).status_code == 202
        assert (await anext(events))[1]["payload"] == {"data": {"hello": "hello world"}}


async def test_a_token_in_a_url_means_a_stream_only_beside_an_operations_id(serve: Serve) -> None:
    async with serve() as server, client_of(server) as http:
        of_another_kind = await http.post("/graphql", params={"token": "x"}, json={"query": "{ hello }"})
        by_get = await http.get("/graphql", params={"token": "x", "query": "{ hello }"})
        of_a_stream = await http.post(
            "/graphql",
            params={"token": "x"},
            json={"query": "{ hello }", "extensions": {"operationId": "a"}},
        )
    assert of_another_kind.json() == by_get.json() == {"data": {"hello": "hello world"}}
    assert (of_a_stream.status_code, code_of(of_a_stream)) == (404, "STREAM_NOT_FOUND")
