"""The access log: a line for each failed request, with the codes of its errors."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, running
from tests.router.server.raw_http import chunked, get, post, wire
from tests.router.server.socket_client import hear, opened, subscribe

BROKEN = TestSubgraph("type Query { works: Int broken: Int }", {"Query.broken": lambda *_: 1 / 0})
GONE = TestSubgraph("type Query { gone: Int }")


async def router(stack: AsyncExitStack, **settings: Any) -> RunningServer:
    subgraphs = {"one": BROKEN, "two": GONE}
    elsewhere = {"two": "http://127.0.0.1:1/graphql"}
    over = await stack.enter_async_context(gateway(subgraphs, EngineSettings(), elsewhere))
    return await stack.enter_async_context(running(over.engine, settings))


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[Any, ...]]:
    records = [vars(record) for record in caplog.records if record.name == "router.access"]
    return [(record["transport"], record["status"], record["codes"]) for record in records]


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize(
    ("request_bytes", "status", "codes"),
    [
        (post(b'{"query": "{"}'), 400, "GRAPHQL_PARSE_FAILED"),
        (post(b'{"query": "{ nothing }"}', "Accept: application/json"), 200, "GRAPHQL_VALIDATION_FAILED"),
        (post(b'{"query": "{ gone }"}'), 200, "SUBREQUEST_HTTP_ERROR"),
        (post(b'{"query": "{ works gone broken }"}'), 200, "DOWNSTREAM_SERVICE_ERROR SUBREQUEST_HTTP_ERROR"),
        (post(b"nonsense"), 400, "INVALID_JSON"),
        (chunked(b'{"query": 1}'), 400, "INVALID_REQUEST"),
        (get("/graphql?query=%7Bgone%7D"), 200, "SUBREQUEST_HTTP_ERROR"),
        (
            post(b'[{"query": "{gone}"}, {"query": "{"}, {"query": "{works}"}]'),
            200,
            "GRAPHQL_PARSE_FAILED SUBREQUEST_HTTP_ERROR",
        ),
    ],
)
async def test_a_failed_request_is_logged_with_its_codes(
    request_bytes: bytes, status: int, codes: str, direct: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "router.access")
    async with AsyncExitStack() as stack:
        server = await router(stack, direct_posts=direct, batch_limit=5)
        client = await stack.enter_async_context(wire(server.port))
        await client.send(request_bytes)
        assert (await client.answer()).status == status
        await client.send(post(b'{"query": "{ works }"}'))
        await client.answer()
    ((transport, said, found),) = lines(caplog)
    assert (transport, said, " ".join(sorted(found.split()))) == ("http", status, codes)


async def test_an_operation_on_a_socket_is_logged_with_its_codes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "router.access")
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(opened(await router(stack)))
        for query, last in (("{", "error"), ("{ gone }", "complete"), ("{ works }", "complete")):
            await subscribe(client, "1", query)
            while (await hear(client))["type"] != last:
                pass
    assert lines(caplog) == [
        ("websocket", 200, "GRAPHQL_PARSE_FAILED"),
        ("websocket", 200, "SUBREQUEST_HTTP_ERROR"),
    ]


@pytest.mark.parametrize(("mode", "count"), [("off", 0), ("errors", 1), ("all", 2)])
async def test_the_setting_says_which_are_logged(
    mode: str, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "router.access")
    async with AsyncExitStack() as stack:
        server = await router(stack, access_log=mode)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=server.url))
        await asyncio.gather(*(client.post("/graphql", json={"query": q}) for q in ("{ works }", "{ gone }")))
    assert len(lines(caplog)) == count
