"""HTTP/1.1 itself (RFC 9110, RFC 9112), byte by byte over a socket: framing, methods, limits, bad clients."""

from __future__ import annotations

import asyncio

import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.raw_http import HELLO, QUERY, chunked, get, post, wire
from tests.router.server.schema_engine import SchemaEngine

H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
TO_WEBSOCKET = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
WEBSOCKET = get("/graphql", *TO_WEBSOCKET).removesuffix(b"\r\n")
CHUNKED_UPGRADE = chunked(QUERY).replace(b"\r\nTransfer", "\r\n{}\r\n{}\r\nTransfer".format(*H2C).encode())


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(post(), id="a body of a length"),
        pytest.param(chunked(QUERY[:5], QUERY[5:]), id="a body in chunks"),
        pytest.param(chunked(QUERY, end=b"0\r\nX-Trailer: 1\r\n\r\n"), id="chunks with a trailer"),
        pytest.param(post(QUERY, "Connection: keep-alive"), id="keep-alive"),
        pytest.param(post(path="http://router/graphql"), id="a target in absolute form"),
        pytest.param(post(path="/graphql/"), id="a slash at the end of the path"),
        pytest.param(post(path="/graph%71l"), id="a path that is percent-encoded"),
        pytest.param(post(QUERY, "X-Odd: \xff\xfe"), id="bytes beyond ASCII in a header"),
        pytest.param(post(QUERY, "CONTENT-LANGUAGE: en"), id="header names in capitals"),
        pytest.param(post(QUERY, *H2C), id="an offer of HTTP/2 with a body"),
        pytest.param(CHUNKED_UPGRADE, id="an offer of HTTP/2 with a body in chunks"),
        pytest.param(post(QUERY, *TO_WEBSOCKET), id="an offer of a WebSocket by POST"),
        pytest.param(get("/graphql?query=%7Bhello%7D", *H2C), id="an offer of HTTP/2 by GET"),
        pytest.param(get(), id="a GET"),
        pytest.param(
            get("/graphql?query=%7Bhello%7D", "Content-Length: 5") + b"other", id="a GET with a body"
        ),
    ],
)
async def test_a_request_is_answered_and_the_connection_goes_on(
    either: RunningServer, request_bytes: bytes
) -> None:
    async with wire(either.port) as client:
        await client.send(request_bytes)
        first = await client.answer()
        assert (first.status, first.json) == (200, HELLO)
        await client.send(post())
        assert (await client.answer()).json == HELLO


async def test_a_request_may_come_byte_by_byte(either: RunningServer) -> None:
    async with wire(either.port) as client:
        for position in range(len(post())):
            await client.send(post()[position : position + 1])
        assert (await client.answer()).json == HELLO


async def test_pipelined_requests_are_answered_in_order(serve: Serve, engine: SchemaEngine) -> None:
    slow = post(b'{"query": "{ wait }"}')
    async with serve() as server, wire(server.port) as client:
        await client.send(slow + post(QUERY, *H2C) + get() + post(b'{"query": "{"}'))
        await asyncio.wait_for(engine.entered.wait(), 5)
        engine.gate.set()
        answers = [await client.answer() for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 400]
    assert answers[0].json == {"data": {"wait": "through"}}
    assert answers[1].json == answers[2].json == HELLO


async def test_what_comes_before_a_broken_request_is_answered(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(b'{"query": "{ wait }"}'))
        await asyncio.wait_for(engine.entered.wait(), 5)
        await client.send(b"nonsense\r\n\r\n")
        engine.gate.set()
        answers = [await client.answer() for _ in range(2)]
        assert [answer.status for answer in answers] == [200, 400]
        assert await client.closed()


@pytest.mark.parametrize("direct", [True, False])
async def test_what_comes_before_a_broken_body_is_answered(
    serve: Serve, engine: SchemaEngine, direct: bool
) -> None:
    broken = chunked(QUERY, end=b"zz\r\n\r\n")
    async with serve(direct_posts=direct) as server, wire(server.port) as client:
        await client.send(post(b'{"query": "{ wait }"}') + get() + broken + get())
        await asyncio.wait_for(engine.entered.wait(), 5)
        engine.gate.set()
        answers = [await client.answer() for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 400]
        assert await client.closed()
    assert len(engine.requests) == 2


async def test_old_clients_get_an_answer_and_the_end_of_the_connection(shared: RunningServer) -> None:
    request = post().replace(b"HTTP/1.1", b"HTTP/1.0").replace(b"Host: router\r\n", b"")
    async with wire(shared.port) as client:
        await client.send(request)
        assert (await client.answer()).json == HELLO
        assert await client.closed()


async def test_a_client_may_ask_for_the_end_of_the_connection(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(post(QUERY, "Connection: close"))
        answer = await client.answer()
        assert (answer.json, answer.headers["connection"]) == (HELLO, "close")
        assert await client.closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no HTTP at all"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2 without asking"),
        pytest.param(post().replace(b"POST", b"post"), id="a method in small letters"),
        pytest.param(post(length=-1), id="a negative length"),
        pytest.param(post(QUERY, "Content-Length: 1"), id="two lengths"),
        pytest.param(post(QUERY, "Transfer-Encoding: chunked"), id="a length and chunks"),
        pytest.param(chunked(end=b"zz\r\n\r\n"), id="a chunk's length that is no number"),
        pytest.param(get('/graphql?query={hello(name:"é")}'), id="bytes beyond ASCII in the URL"),
        pytest.param(get().replace(b"Host: router\r\n", b""), id="no host"),
        pytest.param(get("/graphql", "Bad Header: 1"), id="a space in a header's name"),
        pytest.param(WEBSOCKET + b"Sec-WebSocket-Key: \xff\r\n\r\n", id="a WebSocket's key beyond ASCII"),
        pytest.param(WEBSOCKET + b"Sec-WebSocket-Protocol: \xff\r\n\r\n", id="a subprotocol beyond ASCII"),
    ],
)
async def test_what_is_no_request_is_400_and_ends_the_connection(
    either: RunningServer, request_bytes: bytes
) -> None:
    async with wire(either.port) as client:
        await client.send(request_bytes)
        answer = await client.answer()
        assert (answer.status, answer.code) == (400, "INVALID_HTTP")
        assert answer.headers["connection"] == "close"
        assert await client.closed()


async def test_a_body_longer_than_it_says_is_cut_and_the_rest_is_no_request(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(post(length=10))
        assert {(await client.answer()).status for _ in range(2)} == {400}
        assert await client.closed()


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"POST /graphql HT", id="in its first line"),
        pytest.param(b"POST /graphql HTTP/1.1\r\nHost: router\r\nX-Slow: 1", id="in its headers"),
        pytest.param(post(b"", length=100), id="before its body"),
        pytest.param(post(length=100), id="in its body"),
        pytest.param(chunked(QUERY, end=b""), id="between chunks"),
    ],
)
async def test_a_request_that_never_gets_whole_is_408(
    serve: Serve, engine: SchemaEngine, beginning: bytes
) -> None:
    async with serve(request_timeout=0.05) as server, wire(server.port) as client:
        await client.send(beginning)
        answer = await client.answer()
        assert (answer.status, answer.code) == (408, "REQUEST_TIMEOUT")
        assert await client.closed()
    assert engine.requests == []


async def test_a_client_that_sends_nothing_is_let_go(serve: Serve) -> None:
    async with serve(request_timeout=0.05) as server, wire(server.port) as client:
        assert await client.closed()


async def test_a_slow_answer_is_no_slow_request(serve: Serve, engine: SchemaEngine) -> None:
    async with serve(request_timeout=0.01) as server, wire(server.port) as client:
        await client.send(post(b'{"query": "{ wait }"}'))
        await asyncio.wait_for(engine.entered.wait(), 5)
        await asyncio.sleep(0.05)  # beyond the limit, which is no longer for this request
        engine.gate.set()
        assert (await client.answer()).status == 200


async def test_a_url_above_the_limit_is_414(serve: Serve) -> None:
    async with serve(head_limit=2_000) as server:
        for filler in ("x" * 3_000, "x" * 100_000, "x" * 1_000_000):
            async with wire(server.port) as client:
                await client.send(get(f"/graphql?query=%7Bhello%7D&a={filler}"))
                answer = await client.answer()
                assert (answer.status, answer.code) == (414, "URL_TOO_LONG")
                assert await client.closed()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([f"X-Long: {'x' * 3_000}"], id="one long header"),
        pytest.param([f"X-Huge: {'x' * 1_000_000}"], id="one header of a megabyte"),
        pytest.param([f"X-{number}: 1" for number in range(1_000)], id="many headers"),
    ],
)
async def test_headers_above_the_limit_are_431(serve: Serve, lines: list[str]) -> None:
    async with serve(head_limit=2_000) as server, wire(server.port) as client:
        await client.send(get("/graphql", *lines))
        answer = await client.answer()
        assert (answer.status, answer.code) == (431, "HEAD_TOO_LARGE")
        assert await client.closed()


async def test_the_limit_of_the_head_leaves_bodies_and_pipelines_alone(serve: Serve) -> None:
    long = b'{"query": "{ hello }", "extensions": {"x": "%b"}}' % (b"y" * 5_000)
    async with serve(head_limit=1_000) as server, wire(server.port) as client:
        await client.send(post(long) + post(long) + get() * 30)
        assert {(await client.answer()).status for _ in range(32)} == {200}


async def test_a_client_that_waits_for_it_is_told_to_send_its_body(shared: RunningServer) -> None:
    head, _, body = post(QUERY, "Expect: 100-continue").partition(b"\r\n\r\n")
    async with wire(shared.port) as client:
        await client.send(head + b"\r\n\r\n")
        assert (await client.answer()).status == 100
        await client.send(body)
        assert (await client.answer()).json == HELLO


async def test_a_body_that_announces_too_much_is_not_asked_for(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(post(b"", "Expect: 100-continue", length=10**12))
        assert (await client.answer()).status == 413


async def test_a_body_without_an_end_is_cut_off_at_the_limit(serve: Serve) -> None:
    async with serve(body_limit=1_000) as server, wire(server.port) as client:
        await client.send(chunked(*[b" " * 100] * 20, end=b""))
        assert (await client.answer()).status == 413


async def test_a_body_that_breaks_after_its_answer_gets_no_second_one(serve: Serve) -> None:
    async with serve(body_limit=1_000) as server, wire(server.port) as client:
        await client.send(chunked(*[b" " * 100] * 20, end=b""))
        assert (await client.answer()).status == 413
        await client.send(b"nonsense\r\n")
        assert await client.closed()


async def test_head_is_a_get_without_the_body(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(get(method="HEAD") + get())
        head, whole = await client.answer(of_head=True), await client.answer()
    assert (head.status, whole.json) == (200, HELLO)
    varying = {"date", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in whole.headers.items() if k not in varying
    }


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(get("/graphql?query=mutation%7Bsave%7D", method="HEAD"), 405, id="of a mutation"),
        pytest.param(get("/graphql", method="HEAD"), 400, id="of nothing"),
        pytest.param(get("/graphql?token=x", method="HEAD"), 400, id="of an event stream"),
    ],
)
async def test_head_is_refused_as_a_get_is(shared: RunningServer, request_bytes: bytes, status: int) -> None:
    async with wire(shared.port) as client:
        await client.send(request_bytes)
        assert (await client.answer(of_head=True)).status == status


@pytest.mark.parametrize("method", ["PATCH", "QUERY", "TRACE", "PROPFIND"])
async def test_other_methods_are_405_and_hear_which_there_are(shared: RunningServer, method: str) -> None:
    async with wire(shared.port) as client:
        await client.send(get("/graphql", method=method))
        answer = await client.answer()
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"


async def test_options_tells_the_methods_and_has_no_body(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(get("/graphql", method="OPTIONS") + get())
        options = await client.answer()
        assert (await client.answer()).json == HELLO
    assert options.status == 204
    assert options.headers["allow"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    assert "content-length" not in options.headers


async def test_another_path_is_404(shared: RunningServer) -> None:
    async with wire(shared.port) as client:
        await client.send(post(path="/graphql/x"))
        assert (await client.answer()).status == 404


async def test_a_client_that_leaves_in_its_body_asks_nothing(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server:
        async with wire(server.port) as client:
            await client.send(post(length=100))
        async with wire(server.port) as client:
            await client.send(post())
            await client.answer()
    assert len(engine.requests) == 1
