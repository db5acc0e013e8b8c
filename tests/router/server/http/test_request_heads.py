"""What a request's head may say, and what counts with it: Host, trailers, HTTP/1.0, handshakes."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.raw_http import HELLO, QUERY, Wire, chunked, get, post, wire
from tests.router.server.schema_engine import SchemaEngine

HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: graphql-transport-ws",
)
GOOD_HOSTS = [
    "router",
    "router:4000",
    "router:",
    "",
    "127.0.0.1:80",
    "[::1]",
    "[::ffff:10.0.0.1]:443",
    "[v1.a:b]",
    "shop_1.example",
    "%C3%A9.example",
    "a,b",
]
BAD_HOSTS = [
    "a b",
    "user@router",
    "router/../x",
    "router:port",
    "router:1:2",
    "http://router",
    "::1",
    "[::1",
    "[1:2:3]",
    "[router]",
    "%zz",
    "router?x",
    "rout\xe9r",
    "router\\x",
]


def hosted(request: bytes, *hosts: str) -> bytes:
    """The request with other Host headers."""
    lines = "".join(f"Host: {host}\r\n" for host in hosts).encode("latin-1")
    return request.replace(b"Host: router\r\n", lines)


REQUESTS = [
    pytest.param(post(), id="POST"),
    pytest.param(get(), id="GET"),
    pytest.param(get("/graphql", *HANDSHAKE), id="handshake"),
    pytest.param(get("/", method="OPTIONS"), id="OPTIONS"),
]


async def refused(server: RunningServer, request: bytes) -> str:
    """The code of a refusal with 400 that ends the connection."""
    async with wire(server.port) as client:
        await client.send(request)
        answer = await client.answer()
        assert answer.status == 400
        assert await client.closed()
        return answer.code


@pytest.mark.parametrize("request_bytes", [post(), get()])
@pytest.mark.parametrize("host", GOOD_HOSTS)
async def test_a_host_is_a_name_or_an_address_with_an_optional_port(
    either: RunningServer, host: str, request_bytes: bytes
) -> None:
    async with wire(either.port) as client:
        await client.send(hosted(request_bytes, host))
        assert (await client.answer()).json == HELLO


@pytest.mark.parametrize("request_bytes", REQUESTS)
@pytest.mark.parametrize("host", BAD_HOSTS)
async def test_a_host_that_is_none_is_400(either: RunningServer, host: str, request_bytes: bytes) -> None:
    assert await refused(either, hosted(request_bytes, host)) == "INVALID_HTTP"


@pytest.mark.parametrize("request_bytes", REQUESTS)
@pytest.mark.parametrize("hosts", [(), ("a", "b"), ("router", "router")])
async def test_a_request_has_one_host(
    either: RunningServer, hosts: tuple[str, ...], request_bytes: bytes
) -> None:
    assert await refused(either, hosted(request_bytes, *hosts)) == "INVALID_HTTP"


async def test_one_host_is_looked_for_wherever_it_stands(either: RunningServer) -> None:
    assert await refused(either, post(QUERY, "host: router")) == "INVALID_HTTP"
    assert await refused(either, get("/graphql?query=%7Bhello%7D", "X: 1", "hOST: b")) == "INVALID_HTTP"


@pytest.mark.parametrize("hosts", [("a", "b"), ("a b",)])
async def test_an_old_client_needs_no_host_but_may_not_send_a_wrong_one(
    either: RunningServer, hosts: tuple[str, ...]
) -> None:
    old = post().replace(b"HTTP/1.1", b"HTTP/1.0")
    assert await refused(either, hosted(old, *hosts)) == "INVALID_HTTP"


async def test_a_target_in_absolute_form_says_the_host(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, wire(server.port) as client:
        for target in ("http://shop.example:81/graphql", "http://[::1]/graphql"):
            await client.send(post(b'{"query": "{ header(name: \\"host\\") }"}', path=target))
            assert (await client.answer()).json["data"]["header"] == target.split("/")[2]


def trailing(*lines: str) -> bytes:
    """A POST in chunks with trailers, in one piece."""
    return chunked(QUERY, end=b"0\r\n" + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n")


async def test_a_trailer_is_no_header(serve: Serve, engine: SchemaEngine) -> None:
    late = ("X-Request-Id: from-the-trailer", "Authorization: Bearer x.y.z", "Host: other", "X: 1")
    async with serve(direct_posts=False, jwks="nowhere.json") as server, wire(server.port) as client:
        await client.send(trailing(*late))
        answer = await client.answer()
        await client.send(post())
        assert (await client.answer()).json == HELLO
    assert answer.json == HELLO
    assert answer.headers["x-request-id"] != "from-the-trailer"
    assert not {"authorization", "x"} & engine.requests[0].headers.keys()
    assert engine.requests[0].headers["host"] == "router"


async def test_a_trailer_behind_an_offer_of_another_protocol_is_no_header(
    serve: Serve, engine: SchemaEngine
) -> None:
    offer = b"Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding"
    request = trailing("X: 1").replace(b"Transfer-Encoding", offer)
    async with serve() as server, wire(server.port) as client:
        await client.send(request)
        assert (await client.answer()).json == HELLO
    assert "x" not in engine.requests[0].headers


ENDLESS = {
    "whole trailers": chunked(QUERY, end=b"0\r\n" + b"X-T: a\r\n" * 400),
    "trailers to their end": trailing(*["X-T: a"] * 400),
    "one trailer": chunked(QUERY, end=b"0\r\nX-T: " + b"a" * 3_000),
    "a chunk's extension": chunked(end=b"5;" + b"a" * 3_000),
}


@pytest.mark.parametrize("offer", [b"", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"])
@pytest.mark.parametrize("request_bytes", ENDLESS.values(), ids=ENDLESS)
async def test_trailers_and_chunk_extensions_above_the_limit_are_431(
    serve: Serve, engine: SchemaEngine, request_bytes: bytes, offer: bytes
) -> None:
    request_bytes = request_bytes.replace(b"Transfer", offer + b"Transfer")
    head, _, rest = request_bytes.partition(b"\r\n\r\n")
    async with serve(head_limit=1_000) as server, wire(server.port) as client:
        await client.send(head + b"\r\n\r\n")
        await send_slowly(client, rest)
        answer = await client.answer()
        assert (answer.status, answer.code) == (431, "HEAD_TOO_LARGE")
        assert await client.closed()
    assert engine.requests == []


async def send_slowly(client: Wire, data: bytes) -> None:
    """In pieces that the server reads one by one, as far as it takes them."""
    for start in range(0, len(data), 500):
        await client.send(data[start : start + 500])
        await asyncio.sleep(0.01)


async def test_small_chunks_do_not_count_as_extensions(serve: Serve) -> None:
    request = chunked(*[bytes([byte]) for byte in QUERY + b" " * 1_000])
    async with serve(head_limit=300) as server, wire(server.port) as client:
        for _ in range(2):
            for start in range(0, len(request), 700):
                await client.send(request[start : start + 700])
                await asyncio.sleep(0.002)
            assert (await client.answer()).json == HELLO


async def test_an_old_client_cannot_change_the_protocol(shared: RunningServer) -> None:
    handshake = get("/graphql?query=%7Bhello%7D", *HANDSHAKE).replace(b"HTTP/1.1", b"HTTP/1.0")
    async with wire(shared.port) as client:
        await client.send(handshake)
        answer = await client.answer()
        assert (answer.status, answer.json) == (200, HELLO)
        assert await client.closed()


async def test_an_old_client_is_not_told_to_go_on(shared: RunningServer) -> None:
    request = post(QUERY, "Expect: 100-continue").replace(b"HTTP/1.1", b"HTTP/1.0")
    head, _, body = request.partition(b"\r\n\r\n")
    async with wire(shared.port) as client:
        await client.send(head + b"\r\n\r\n")
        await asyncio.sleep(0.02)
        await client.send(body)
        answer = await client.answer()
        assert (answer.status, answer.json) == (200, HELLO)


@pytest.mark.parametrize("length", ["0", "00"])
async def test_a_handshake_may_say_that_it_has_no_body(shared: RunningServer, length: str) -> None:
    async with wire(shared.port) as client:
        await client.send(get("/graphql", *HANDSHAKE, f"Content-Length: {length}"))
        answer = await client.answer()
        assert (answer.status, answer.headers["upgrade"]) == (101, "websocket")


UNREADABLE = {
    "a body": ("Content-Length: 5",),
    "a body in chunks": ("Transfer-Encoding: chunked",),
    "a long header": (f"X-Long: {'x' * 9_000}",),
    "many headers": tuple(f"X-{number}: 1" for number in range(130)),
}


@pytest.mark.parametrize("lines", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_handshake_that_cannot_be_read_is_told_so(
    shared: RunningServer, lines: tuple[str, ...]
) -> None:
    assert await refused(shared, get("/graphql", *HANDSHAKE, *lines)) == "INVALID_HTTP"


async def test_a_refused_handshake_leaves_the_others_alone(shared: RunningServer) -> None:
    await refused(shared, get("/graphql", *HANDSHAKE, *UNREADABLE["many headers"]))
    async with httpx.AsyncClient(base_url=shared.url) as client:
        answer = await client.post("/graphql", content=QUERY, headers={"content-type": "application/json"})
    assert json.loads(answer.content) == HELLO
