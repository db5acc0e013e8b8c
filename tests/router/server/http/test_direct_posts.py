"""Plain POSTs answered straight from their connection: the same answers as through ASGI, byte for byte."""

from __future__ import annotations

import asyncio
import zlib

import pytest

from router.server.app import RouterApp
from router.server.http.direct.post_head import MAX_KEPT
from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.raw_http import HELLO, QUERY, Answer, post, wire
from tests.router.server.schema_engine import SchemaEngine

LONG = b'{"query": "{ long(to: 9000) }"}'
HUGE = b'{"query": "{ long(to: 200000) }"}'
WAIT = b'{"query": "{ wait }"}'
SUBSCRIPTION = b'{"query": "subscription { count(to: 2) }"}'

REQUESTS = {
    "plain": post(),
    "its own media type": post(QUERY, "Accept: application/graphql-response+json"),
    "any media type": post(QUERY, "Accept: */*"),
    "none of the media types": post(QUERY, "Accept: text/html"),
    "a stream where possible": post(QUERY, "Accept: multipart/mixed;subscriptionSpec=1.0, application/json"),
    "a request id": post(QUERY, "X-Request-Id: mine-1"),
    "a mistake": post(b'{"query": "{ nothing }"}', "Accept: application/graphql-response+json"),
    "a mistake for old clients": post(b'{"query": "{ nothing }"}', "Accept: application/json"),
    "a mutation": post(b'{"query": "mutation { save }"}'),
    "a failing field": post(b'{"query": "{ fail }"}'),
    "variables": post(b'{"query": "query($n: Int!) { long(to: $n) }", "variables": {"n": 3}}'),
    "a wrong member": post(b'{"query": 5}'),
    "no JSON": post(b"{"),
    "no body": post(b""),
    "a byte order mark": post(b"\xef\xbb\xbf" + QUERY),
    "Latin-1": post(QUERY, "X-Text: \xe9"),
    "another charset": post(QUERY.decode().encode("utf-16"), "Content-Type: application/json;charset=utf-16"),
    "compressed": post(LONG, "Accept-Encoding: gzip"),
    "too short to be compressed": post(QUERY, "Accept-Encoding: gzip"),
    "compressed in a thread": post(HUGE, "Accept-Encoding: gzip"),
    "an encoding that nobody knows": post(LONG, "Accept-Encoding: br"),
    "a subscription": post(SUBSCRIPTION, "Accept: application/json"),
    "two requests at once": post() + post(LONG),
    "its length otherwise spelt": post().replace(b"Content-Length: ", b"CONTENT-LENGTH:"),
}
COUNTS = {"two requests at once": 2}


def told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All that a client sees, without what is new each time."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}
    if "mine" in answer.headers.get("x-request-id", ""):
        headers["x-request-id"] = answer.headers["x-request-id"]
    return answer.status, headers, answer.body


async def answers(
    server: RunningServer, request: bytes, count: int
) -> list[tuple[int, dict[str, str], bytes]]:
    async with wire(server.port) as client:
        seen = []
        for _ in range(2):  # the second time its head is known
            await client.send(request)
            seen += [told(await client.answer()) for _ in range(count)]
        return seen


def heads(server: RunningServer) -> int:
    """How many heads the server's connections have looked at."""
    app = server.server.config.app
    assert isinstance(app, RouterApp)
    return len(app.posts.heads)


@pytest.mark.parametrize("name", REQUESTS)
async def test_both_ways_answer_alike(serve: Serve, name: str) -> None:
    request, count = REQUESTS[name], COUNTS.get(name, 1)
    async with serve() as direct, serve(direct_posts=False) as through_asgi:
        assert await answers(direct, request, count) == await answers(through_asgi, request, count)
        assert heads(direct) > 0
        assert heads(through_asgi) == 0


async def test_a_head_with_another_length_is_read_the_same_way(serve: Serve) -> None:
    bodies = [b'{"query": "{ long(to: %d) }"}' % number for number in (1, 22, 333)]
    async with serve(body_limit=100) as server, wire(server.port) as client:
        for number, body in zip((1, 22, 333), bodies, strict=True):
            await client.send(post(body, "X-Tag: 1"))
            assert (await client.answer()).json == {"data": {"long": "x" * number}}
        await client.send(post(bodies[0] + b" " * 100, "X-Tag: 1"))
        answer = await client.answer()
        assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("length", ["+16", "1 6", "16\r\nContent-Length: 17", "", "9" * 30])
async def test_a_length_that_is_none_is_refused_whatever_came_before(serve: Serve, length: str) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post())
        assert (await client.answer()).json == HELLO
        plain = f"Content-Length: {len(QUERY)}\r\n".encode()
        await client.send(post().replace(plain, f"Content-Length: {length}\r\n".encode()))
        answer = await client.answer()
        assert (answer.status, answer.code) == (400, "INVALID_HTTP")
        assert await client.closed()


async def test_a_body_that_comes_later_and_in_pieces_is_put_together(serve: Serve) -> None:
    request = post(LONG)
    async with serve() as server, wire(server.port) as client:
        for start in range(0, len(request), 40):
            await client.send(request[start : start + 40])
        assert (await client.answer()).json == {"data": {"long": "x" * 9000}}
        await client.send(post())
        assert (await client.answer()).json == HELLO


async def test_a_body_with_more_behind_it_is_two_requests(serve: Serve) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(LONG)[:-10])
        await client.send(post(LONG)[-10:] + post())
        assert [(await client.answer()).status, (await client.answer()).json] == [200, HELLO]


async def test_what_comes_while_a_request_runs_is_answered_after_it(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(WAIT))
        await engine.entered.wait()
        await client.send(post() + post(b'{"query": "{ who }"}'))
        engine.gate.set()
        answered = [(await client.answer()).json for _ in range(3)]
    assert answered == [{"data": {"wait": "through"}}, HELLO, {"data": {"who": None}}]


async def test_a_request_whose_client_left_ends(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server:
        async with wire(server.port) as client:
            await client.send(post(WAIT))
            await engine.entered.wait()
            client.reset()
        async with wire(server.port) as client:
            await client.send(post())
            assert (await client.answer()).json == HELLO
        assert engine.left


async def test_a_request_whose_client_has_closed_its_side_ends_in_time(
    serve: Serve, engine: SchemaEngine
) -> None:
    async with serve(half_open_timeout=0.05) as server, wire(server.port) as client:
        await client.send(post(WAIT))
        await engine.entered.wait()
        await client.end()
        assert await client.closed()
        assert engine.left


async def test_a_running_request_ends_before_the_server_does(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, wire(server.port) as client, wire(server.port) as idle:
        await client.send(post(WAIT))
        await engine.entered.wait()
        server.server.should_exit = True
        assert await idle.closed()
        engine.gate.set()
        answer = await client.answer()
        assert (answer.json, answer.headers["connection"]) == ({"data": {"wait": "through"}}, "close")
        assert await client.closed()


async def test_a_running_request_is_told_that_the_server_ends(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(WAIT))
        await engine.entered.wait()
        server.server.should_exit = True
        answer = await client.answer()
        assert (answer.status, answer.code) == (503, "SHUTTING_DOWN")
        assert await client.closed()


async def test_a_body_that_does_not_come_is_given_up(serve: Serve) -> None:
    async with serve(request_timeout=0.3) as server, wire(server.port) as client:
        await client.send(post())
        assert (await client.answer()).status == 200
        await client.send(post(LONG)[:-1])
        answer = await client.answer()
        assert (answer.status, answer.code) == (408, "REQUEST_TIMEOUT")
        assert await client.closed()


async def test_an_idle_connection_is_closed_after_its_last_request(serve: Serve) -> None:
    async with serve() as server:
        server.server.config.timeout_keep_alive = 1
        async with wire(server.port) as client:
            for _ in range(3):
                await client.send(post())
                assert (await client.answer()).status == 200
                await asyncio.sleep(0.1)  # the timer set by the first looks at the last
            assert await client.closed()


@pytest.mark.parametrize("last", ["plain", "through ASGI"])
async def test_an_idle_connection_that_was_used_both_ways_is_closed_too(serve: Serve, last: str) -> None:
    through_asgi = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
    async with serve() as server:
        server.server.config.timeout_keep_alive = 1
        async with wire(server.port) as client:
            for request in (post(), through_asgi, post() if last == "plain" else b""):
                await client.send(request)
                assert not request or (await client.answer()).status == 200
            assert await client.closed()


async def test_many_different_heads_are_not_all_kept(serve: Serve) -> None:
    async with serve() as server, wire(server.port) as client:
        for number in range(MAX_KEPT + 20):
            await client.send(post(QUERY, f"X-Number: {number}"))
            assert (await client.answer()).status == 200
        assert 0 < heads(server) <= MAX_KEPT


async def test_a_compressed_answer_can_be_read(serve: Serve) -> None:
    async with serve() as server, wire(server.port) as client:
        await client.send(post(HUGE, "Accept-Encoding: gzip"))
        await client.send(post())
        packed = await client.answer()
        assert zlib.decompress(packed.body, 31) == b'{"data":{"long":"%s"}}' % (b"x" * 200_000)
        assert (await client.answer()).json == HELLO
