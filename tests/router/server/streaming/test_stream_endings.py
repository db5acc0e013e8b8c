"""How a stream's failures and ends look over every transport, from the subgraph to the client's bytes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.live_subgraph import LiveSubgraph, Message, event, serve_live
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, running
from tests.router.server.socket_client import hear, opened, subscribe

SDL = "type Query { text: String } type Subscription { ticks: Int }"
TICKS = "subscription { ticks }"
SSE, MULTIPART = "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"
REFUSED: Message = {"type": "error", "payload": [{"message": "Not today.", "extensions": {"code": "CLOSED"}}]}
GOOD = {"data": {"ticks": 1}}


def pretty(answer: dict[str, Any]) -> Response:
    """A subgraph that breaks its JSON into lines."""
    text = json.dumps(answer, indent=2).replace("\n", "\r\n")
    return Response(text, media_type="application/json")


@asynccontextmanager
async def router_of(messages: Sequence[Message], **settings: Any) -> AsyncIterator[RunningServer]:
    live = LiveSubgraph(messages)
    subgraphs = {"live": TestSubgraph(SDL)}
    async with (
        serve_live(live) as url,
        gateway(subgraphs, EngineSettings(), {"live": url}) as router,
        running(router.engine, settings) as server,
    ):
        yield server


async def by_http(server: RunningServer, accept: str, query: str = TICKS) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as http:
        return await http.post("/graphql", json={"query": query}, headers={"accept": accept})


def events_of(response: httpx.Response) -> list[tuple[str, Any]]:
    """Read a body as WHATWG's event stream: fields line by line, an event at each empty one."""
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    events, name, data = [], "message", list[str]()
    for line in response.text.splitlines():
        field, _, value = line.partition(":")
        match field:
            case "event":
                name = value.removeprefix(" ")
            case "data":
                data.append(value.removeprefix(" "))
            case "" if not value and data:
                text = "\n".join(data)
                events.append((name, json.loads(text) if text else None))
                name, data = "message", []
            case _:
                assert field == "", f"an unknown field in {line!r}"
    return events


def parts_of(response: httpx.Response) -> list[Any]:
    """Read a body as RFC 2046's multipart: an empty preamble, parts, the closing delimiter."""
    media_type, *parameters = response.headers["content-type"].split(";")
    assert media_type == "multipart/mixed"
    boundary = next(each.split("=")[1].strip('"') for each in parameters if "boundary" in each)
    preamble, *parts, last = response.text.split(f"\r\n--{boundary}")
    assert (preamble, last) == ("", "--\r\n")
    heads = {part.split("\r\n\r\n")[0] for part in parts}
    assert heads <= {"\r\ncontent-type: application/json"}
    return [json.loads(part.split("\r\n\r\n", 1)[1]) for part in parts]


async def by_socket(server: RunningServer) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    async with opened(server) as client:
        await subscribe(client, "1", TICKS)
        while not heard or heard[-1]["type"] == "next":
            heard.append(await hear(client))
    return heard


async def test_events_come_as_they_are_and_the_end_is_told() -> None:
    async with router_of([event({"ticks": 1}), event({"ticks": None})]) as server:
        sse, multipart = await by_http(server, SSE), await by_http(server, MULTIPART)
        heard = await by_socket(server)
    empty = {"data": {"ticks": None}}
    assert events_of(sse) == [("next", GOOD), ("next", empty), ("complete", None)]
    assert parts_of(multipart) == [{"payload": GOOD}, {"payload": empty}]
    assert heard == [
        {"id": "1", "type": "next", "payload": GOOD},
        {"id": "1", "type": "next", "payload": empty},
        {"id": "1", "type": "complete"},
    ]


@pytest.mark.parametrize("before", [0, 1])
async def test_a_subgraphs_error_is_a_response_and_the_end(before: int) -> None:
    messages = [event({"ticks": 1})] * before + [REFUSED]
    async with router_of(messages) as server:
        sse, multipart = await by_http(server, SSE), await by_http(server, MULTIPART)
        heard = await by_socket(server)
    *events, failure, end = events_of(sse)
    assert events == [("next", GOOD)] * before
    assert failure[1]["errors"][0]["extensions"]["code"] == "CLOSED"
    assert end == ("complete", None)
    *good, last = parts_of(multipart)
    assert good == [{"payload": GOOD}] * before
    assert last == {"payload": failure[1]}
    assert [message["type"] for message in heard] == ["next"] * (before + 1) + ["complete"]
    assert heard[-2]["payload"] == failure[1]


async def test_a_subgraph_that_breaks_off_is_told_in_a_response() -> None:
    async with router_of([event({"ticks": 1}), None]) as server:
        sse, multipart = await by_http(server, SSE), await by_http(server, MULTIPART)
        heard = await by_socket(server)
    code = "SUBSCRIPTION_FAILED"
    assert events_of(sse)[1][1]["errors"][0]["extensions"]["code"] == code
    assert parts_of(multipart)[1]["payload"]["errors"][0]["extensions"]["code"] == code
    assert heard[1]["payload"]["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("accept", [SSE, MULTIPART, f"{MULTIPART}, application/json"])
async def test_a_request_error_is_told_in_what_the_client_reads(accept: str) -> None:
    async with router_of([]) as server:
        response = await by_http(server, accept, "subscription { nothing }")
    if "application/json" in accept:
        answer = response.json()
    elif accept == SSE:
        (_, answer), end = events_of(response)
        assert end == ("complete", None)
    else:
        answer = parts_of(response)[0]["payload"]
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "data" not in answer


async def test_a_response_of_several_lines_is_one_event() -> None:
    subgraph = TestSubgraph(SDL, {"Query.text": lambda *_: "a\r\nb\nc"}, alter=pretty)
    whole = {"data": {"text": "a\r\nb\nc"}}
    async with (
        gateway({"one": subgraph}, EngineSettings()) as router,
        running(router.engine, {}) as server,
        httpx.AsyncClient(base_url=server.url, timeout=10) as http,
    ):
        for _ in range(3):  # interpreted, compiled, handed on as it came
            assert events_of(await by_http(server, SSE, "{ text }")) == [("next", whole), ("complete", None)]
            assert parts_of(await by_http(server, MULTIPART, "{ text }")) == [{"payload": whole}]
        token = (await http.put("/graphql")).text
        body = {"query": "{ text }", "extensions": {"operationId": "a"}}
        accepted = await http.post("/graphql", params={"token": token}, json=body)
        assert accepted.status_code == 202
        async with http.stream("GET", "/graphql", params={"token": token}) as stream:
            lines = [line async for line in until_complete(stream)]
    assert [json.loads(line[6:]) for line in lines if line.startswith("data: ")] == [
        {"id": "a", "payload": whole},
        {"id": "a"},
    ]


async def until_complete(response: httpx.Response) -> AsyncIterator[str]:
    completes = False
    async for line in response.aiter_lines():
        yield line
        if completes and line.startswith("data"):
            return
        completes = line == "event: complete"
