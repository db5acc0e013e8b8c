"""Subscriptions at subgraphs: events, what is fetched for each, and how either side ends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from router.execution.transport import TlsSettings, WebSocketSettings
from router.traffic.messages import GraphQLRequest, StreamResult
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.certificate import Certificate, self_signed
from tests.router.execution.gateway import gateway
from tests.router.execution.live_shop import (
    BOTH,
    LIVE,
    MULTIPART,
    ONE,
    QUERY,
    SSE,
    HttpLive,
    all_over_http,
    cut,
    routed,
    shop,
    sold,
)
from tests.router.execution.live_subgraph import LiveSubgraph, event, serve_live
from tests.router.execution.subgraph_server import TestSubgraph, serve_app


async def all_of(live: LiveSubgraph, text: str = QUERY, mode: ExecutionMode = "auto") -> list[dict[str, Any]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_live(live))
        router = await routed(stack, url, mode)
        return [response async for response in router.events(text)]


async def test_the_rest_of_the_plan_runs_for_every_event(mode: ExecutionMode) -> None:
    live = LiveSubgraph([event(sold("1")), event(sold("2", None))])
    assert await all_of(live, mode=mode) == [
        {"data": {"item": {"price": 5, "title": "item 1"}}},
        {"data": {"item": {"price": None, "title": "item 2"}}},
    ]


async def test_errors_of_an_event_are_at_the_clients_paths(mode: ExecutionMode) -> None:
    failed = {"message": "no price", "path": ["item", "price"], "extensions": {"code": "NO_PRICE"}}
    live = LiveSubgraph([event(sold("1", None), errors=[failed]), event(sold("0")), event(sold("2"))])
    first, second, third = await all_of(live, mode=mode)
    assert first["data"] == {"item": {"price": None, "title": "item 1"}}
    assert first["errors"][0]["path"] == ["item", "price"]
    assert second["data"] == {"item": None}
    assert second["errors"][0]["path"] == ["item", "title"]
    assert third == {"data": {"item": {"price": 5, "title": "item 2"}}}


async def test_big_integers_of_events_stay_exact() -> None:
    live = LiveSubgraph([event({"big": 10**30})])
    assert await all_of(live, "subscription { big }") == [{"data": {"big": 10**30}}]


async def test_variables_and_headers_reach_the_subgraph() -> None:
    live = LiveSubgraph([event(sold("1"))])
    async with AsyncExitStack() as stack:
        router = await routed(stack, await stack.enter_async_context(serve_live(live)))
        request = GraphQLRequest(
            QUERY,
            variables={"m": 7},
            headers={"authorization": "Bearer x"},
            allow=frozenset({"subscription"}),
        )
        result = await router.engine.execute(request)
        assert isinstance(result, StreamResult)
        assert [json.loads(each)["data"]["item"]["price"] async for each in result.events] == [5]
    assert live.subscribed[0]["variables"] == {"m": 7}
    assert live.init["payload"]["authorization"] == "Bearer x"


async def test_a_client_that_leaves_ends_the_subgraphs_subscription() -> None:
    live = LiveSubgraph([event(sold("1"))], stays_open=True)
    async with AsyncExitStack() as stack:
        router = await routed(stack, await stack.enter_async_context(serve_live(live)))
        events = router.events(QUERY)
        assert (await anext(events))["data"]["item"]["price"] == 5
        await events.aclose()
        await asyncio.wait_for(live.released.wait(), 5)


async def test_a_client_that_leaves_before_the_first_event_ends_it_too() -> None:
    live = LiveSubgraph([], stays_open=True)
    async with AsyncExitStack() as stack:
        router = await routed(stack, await stack.enter_async_context(serve_live(live)))
        request = GraphQLRequest(QUERY, allow=frozenset({"subscription"}))
        result = await router.engine.execute(request)
        assert isinstance(result, StreamResult)
        await result.events.aclose()  # type: ignore[attr-defined]
        await asyncio.wait_for(live.released.wait(), 5)


async def test_a_subgraph_that_dies_ends_the_subscription_with_a_code() -> None:
    first, last = await all_of(LiveSubgraph([event(sold("1")), None]))
    assert first["data"]["item"]["price"] == 5
    assert last["data"] is None
    assert last["errors"] == [
        {
            "message": "Subgraph 'live' ended the subscription.",
            "extensions": {"code": "SUBSCRIPTION_FAILED"},
        }
    ]


async def test_a_refused_subscription_says_why() -> None:
    refusal = {"type": "error", "payload": [{"message": "not you", "extensions": {"code": "FORBIDDEN"}}]}
    (only,) = await all_of(LiveSubgraph([refusal]))
    assert only["errors"] == [{"message": "not you", "extensions": {"code": "FORBIDDEN"}}]


@asynccontextmanager
async def streaming(secret: Certificate, *, by_websocket: bool) -> AsyncIterator[str]:
    if by_websocket:
        async with serve_live(LiveSubgraph([event(sold("1")), event(sold("2"))]), secret.context()) as url:
            yield url
    else:
        async with serve_app(HttpLive("text/event-stream", [SSE.encode()]).app(), secret) as url:
            yield f"{url}/graphql"


@pytest.mark.parametrize("by_websocket", [True, False], ids=["websocket", "http"])
@pytest.mark.parametrize("trust", ["the file", "anybody", "nobody new"])
async def test_subscriptions_follow_the_tls_settings(trust: str, by_websocket: bool, tmp_path: Path) -> None:
    secret = self_signed(tmp_path)
    ca_file = str(secret.pem) if trust == "the file" else None
    tls = TlsSettings(verify=trust != "anybody", ca_file=ca_file)
    settings = EngineSettings(websocket=WebSocketSettings(tls=tls))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(streaming(secret, by_websocket=by_websocket))
        subgraphs = {"live": TestSubgraph(LIVE, {}, {"Item": dict}), "shop": shop()}
        router = await stack.enter_async_context(gateway(subgraphs, settings, {"live": url}))
        responses = [response async for response in router.events(QUERY)]
    if trust == "nobody new":
        assert responses[0]["errors"][0]["extensions"]["code"] == "SUBREQUEST_HTTP_ERROR"
    else:
        assert responses == BOTH


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("content_type", "text"), [("text/event-stream", SSE), ('multipart/mixed; boundary="x"', MULTIPART)]
)
async def test_a_subgraph_without_websockets_may_stream_over_http(
    content_type: str, text: str, size: int
) -> None:
    assert await all_over_http(HttpLive(content_type, cut(text, size))) == BOTH


@pytest.mark.parametrize(
    ("content_type", "text"), [("text/event-stream", SSE), ("multipart/mixed; boundary=x", MULTIPART)]
)
async def test_a_stream_over_http_that_breaks_off_ends_with_a_code(content_type: str, text: str) -> None:
    half = text.encode()[: text.index('"2"')]
    *good, last = await all_over_http(HttpLive(content_type, [half]))
    assert good == BOTH[:1]
    assert last["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_FAILED"


async def test_transport_errors_of_multipart_end_the_subscription() -> None:
    part = '{"payload": null, "errors": [{"message": "shut down", "extensions": {"code": "GONE"}}]}'
    text = f"--x\r\ncontent-type: application/json\r\n\r\n{part}\r\n--x--"
    (only,) = await all_over_http(HttpLive("multipart/mixed; boundary=x", [text.encode()]))
    assert only["errors"] == [{"message": "shut down", "extensions": {"code": "GONE"}}]


async def test_a_client_that_leaves_ends_the_stream_over_http() -> None:
    live = HttpLive("text/event-stream", [f"event: next\ndata: {ONE}\n\n".encode()], waits=True)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_app(live.app()))
        router = await routed(stack, f"{url}/graphql")
        events = router.events(QUERY)
        assert (await anext(events))["data"]["item"]["price"] == 5
        await events.aclose()
        await asyncio.wait_for(live.released.wait(), 5)


@pytest.mark.parametrize(("status", "content_type"), [(200, "application/json"), (500, "text/event-stream")])
async def test_a_subgraph_that_answers_without_a_stream_is_an_error(status: int, content_type: str) -> None:
    (only,) = await all_over_http(HttpLive(content_type, [b"{}"], status=status))
    assert "data" not in only
    assert only["errors"][0]["extensions"]["code"] == "SUBREQUEST_HTTP_ERROR"
