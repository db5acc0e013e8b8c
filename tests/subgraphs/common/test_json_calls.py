"""JSON posted to a service that answers, refuses, is slow, hangs up, or is not there."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from subgraphs.common.json_calls import CallFailed, JsonCalls, json_calls
from tests.subgraphs.common.http_server import served


async def _echo(request: Request) -> Response:
    """What has come, by the status that the request names."""
    body = await request.body()
    told = {
        "body": orjson.loads(body),
        "type": request.headers["content-type"],
        "x": request.headers.get("x"),
    }
    return Response(orjson.dumps(told), int(request.query_params.get("status", "200")))


async def _away(request: Request) -> Response:
    return RedirectResponse("/echo")


async def _never(request: Request) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[str]:
    routes = [Route(f"/{name}", handler, methods=["POST"]) for name, handler in HANDLERS.items()]
    async with served(Starlette(routes=routes)) as url:
        yield url


HANDLERS = {"echo": _echo, "away": _away, "never": _never}


@pytest.fixture
async def calls() -> AsyncIterator[JsonCalls]:
    async with json_calls() as calls:
        yield calls


async def test_the_object_arrives_as_json_with_the_headers(calls: JsonCalls, service: str) -> None:
    reply = await calls.post(f"{service}/echo", {"name": "كشري"}, {"x": "1"}, seconds=5)
    assert reply.ok
    assert orjson.loads(reply.body) == {"body": {"name": "كشري"}, "type": "application/json", "x": "1"}


@pytest.mark.parametrize(
    ("path", "status"), [("echo?status=503", 503), ("echo?status=422", 422), ("away", 307)]
)
async def test_a_refusal_is_a_reply_too(calls: JsonCalls, service: str, path: str, status: int) -> None:
    reply = await calls.post(f"{service}/{path}", {}, {}, seconds=5)
    assert (reply.status, reply.ok) == (status, False)


async def test_calls_go_by_the_proxy_that_the_environment_names(
    calls: JsonCalls, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", service)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert (await calls.post("http://provider.example/echo", {"a": 1}, {}, seconds=5)).ok
    assert (await calls.post(f"{service}/echo", {"a": 1}, {}, seconds=5)).ok


async def test_no_answer_in_time_is_a_failed_call(calls: JsonCalls, service: str) -> None:
    with pytest.raises(CallFailed, match="Timeout"):
        await calls.post(f"{service}/never", {}, {}, seconds=0.05)


async def test_nobody_there_is_a_failed_call(calls: JsonCalls) -> None:
    with pytest.raises(CallFailed, match="Connect"):
        await calls.post("http://127.0.0.1:9/", {}, {}, seconds=5)


async def test_an_answer_that_breaks_off_is_a_failed_call(calls: JsonCalls) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CallFailed):
            await calls.post(f"http://127.0.0.1:{port}/", {}, {}, seconds=5)


async def test_a_call_leaves_nothing_to_the_garbage_collector(calls: JsonCalls) -> None:
    """What is left to it is freed by the thousand, and the process stands still meanwhile."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n{}"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await calls.post(url, {}, {}, seconds=5)
        gc.collect()
        gc.disable()
        try:
            for _ in range(10):
                assert (await calls.post(url, {}, {}, seconds=5)).ok
            assert gc.collect() == 0
        finally:
            gc.enable()
