"""The lean HTTP client against servers that behave well, oddly and badly."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from router.execution.transport import (
    ConnectFailed,
    ConnectionDropped,
    DeadlineExceeded,
    Headers,
    HttpxTransport,
    LeanHttpxTransport,
    LeanTransport,
    PoolSettings,
    ProtocolViolation,
    ResponseTooLarge,
    SubgraphCall,
    TlsSettings,
)
from router.execution.transport.connection import ResponseLimits
from tests.router.execution.certificate import self_signed
from tests.router.execution.wire import Script, response, scripted


@pytest.fixture
async def transport() -> AsyncIterator[LeanTransport]:
    lean = LeanTransport(PoolSettings(max_response_bytes=1000))
    yield lean
    await lean.aclose()


async def test_reads_a_body_of_known_length_and_reuses_the_connection(transport: LeanTransport) -> None:
    script = Script([response(b"one"), response(b"two")])
    async with scripted(script) as url:
        first = await transport.start(SubgraphCall(url, b"{}"))
        second = await transport.start(SubgraphCall(url, b"{}"))
    assert (first.status, first.body, second.body) == (200, b"one", b"two")
    assert script.connections == 1


async def test_sends_a_complete_request_with_the_forwarded_headers(transport: LeanTransport) -> None:
    script = Script([response(b"")])
    async with scripted(script) as url:
        headers = Headers.of([("authorization", "Bearer x"), ("x-bad", "a\r\nevil: 1"), ("", "no name")])
        await transport.start(SubgraphCall(url, b'{"query":"{a}"}', headers))
    head, _, body = script.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /graphql HTTP/1.1\r\n")
    assert b"authorization: Bearer x" in head
    assert b"evil" not in head
    assert b"content-length: 15" in head
    assert body == b'{"query":"{a}"}'


async def test_reads_chunked_bodies(transport: LeanTransport) -> None:
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    async with scripted(Script([chunked])) as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert answer.body == b"abcdefg"


async def test_reads_a_body_that_ends_with_the_connection(transport: LeanTransport) -> None:
    async with scripted(Script([b"HTTP/1.1 200 OK\r\n\r\nall of it"], close=True)) as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert answer.body == b"all of it"


async def test_skips_interim_responses(transport: LeanTransport) -> None:
    async with scripted(Script([b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + response(b"real")])) as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert (answer.status, answer.body) == (200, b"real")


async def test_decompresses_gzip(transport: LeanTransport) -> None:
    packed = response(gzip.compress(b"plain"), b"content-encoding: gzip")
    async with scripted(Script([packed])) as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert answer.body == b"plain"


@pytest.mark.parametrize("padding", [b"", b"\0" * 800])
async def test_reads_gzip_of_several_members(transport: LeanTransport, padding: bytes) -> None:
    members = b"".join(gzip.compress(part) for part in (b"one, ", b"", b"two, ", b"three"))
    async with scripted(Script([response(members + padding, b"content-encoding: gzip")])) as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert answer.body == b"one, two, three"


async def test_reads_zlibs_format_and_nothing_behind_it(transport: LeanTransport) -> None:
    packed = zlib.compress(b"plain")
    encoded = [response(body, b"content-encoding: deflate") for body in (packed, packed + b"more")]
    async with scripted(Script([*encoded])) as url:
        assert (await transport.start(SubgraphCall(url, b""))).body == b"plain"
        with pytest.raises(ProtocolViolation):
            await transport.start(SubgraphCall(url, b""))


@pytest.mark.parametrize("members", [gzip.compress(b"0" * 600) * 2, gzip.compress(b"") * 10_001])
async def test_several_members_have_one_cap(transport: LeanTransport, members: bytes) -> None:
    bomb = response(members, b"content-encoding: gzip")
    lean = LeanTransport(PoolSettings(max_response_bytes=1000 if len(members) < 1000 else 1_000_000))
    async with scripted(Script([bomb])) as url:
        with pytest.raises(ResponseTooLarge):
            await lean.start(SubgraphCall(url, b""))
    await lean.aclose()


async def test_a_decompressed_body_has_the_same_cap(transport: LeanTransport) -> None:
    bomb = response(gzip.compress(b"0" * 100_000), b"content-encoding: gzip")
    async with scripted(Script([bomb])) as url:
        with pytest.raises(ResponseTooLarge):
            await transport.start(SubgraphCall(url, b""))


async def test_a_truncated_gzip_body_is_an_error(transport: LeanTransport) -> None:
    half = response(gzip.compress(b"plain")[:-6], b"content-encoding: gzip")
    async with scripted(Script([half])) as url:
        with pytest.raises(ProtocolViolation):
            await transport.start(SubgraphCall(url, b""))


async def test_a_response_over_the_cap_is_an_error(transport: LeanTransport) -> None:
    async with scripted(Script([response(b"x" * 1001)])) as url:
        with pytest.raises(ResponseTooLarge):
            await transport.start(SubgraphCall(url, b""))


LONG = b"x" * 300
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
HEADS = {
    "status line": b"HTTP/1.1 200 " + LONG,
    "header": b"HTTP/1.1 200 OK\r\nx-long: " + LONG,
    "headers": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 60,
    "interim response": b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 9,
    "chunk extension": CHUNKED + b"\r\n3;" + LONG,
    "chunk extensions": CHUNKED + b"\r\n" + b"1;extension-of-a-chunk\r\nx\r\n" * 30,
    "trailer": CHUNKED + b"\r\n3\r\nabc\r\n0\r\nx-long: " + LONG,
    "trailers": CHUNKED + b"\r\n3\r\nabc\r\n0\r\n" + b"x: y\r\n" * 60 + b"\r\n",
}


@pytest.mark.parametrize("pieces", [1, 50])
@pytest.mark.parametrize("sent", HEADS.values(), ids=HEADS)
async def test_what_is_no_body_has_a_cap_of_its_own(sent: bytes, pieces: int) -> None:
    transport = LeanTransport(PoolSettings(max_head_bytes=200))
    async with scripted(Script([sent], pieces=pieces)) as url:
        with pytest.raises(ResponseTooLarge, match="head"):
            await transport.start(SubgraphCall(url, b""))
    await transport.aclose()


async def test_chunks_of_a_byte_do_not_count_as_head(transport: LeanTransport) -> None:
    lean = LeanTransport(PoolSettings(max_head_bytes=200))
    async with scripted(Script([CHUNKED + b"\r\n" + b"1\r\nx\r\n" * 900 + b"0\r\n\r\n"])) as url:
        answer = await lean.start(SubgraphCall(url, b""))
    await lean.aclose()
    assert answer.body == b"x" * 900


async def test_trailers_are_not_headers(transport: LeanTransport) -> None:
    trailers = b"content-encoding: gzip\r\nx-late: 1\r\n"
    script = Script([CHUNKED + b"\r\n3\r\nabc\r\n0\r\n" + trailers + b"\r\n", response(b"next")])
    async with scripted(script) as url:
        answers = [await transport.start(SubgraphCall(url, b"")) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"abc", b"next"]
    assert answers[0].headers == [(b"transfer-encoding", b"chunked")]
    assert script.connections == 1


async def test_a_truncated_body_is_an_error(transport: LeanTransport) -> None:
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"
    async with scripted(Script([cut], close=True)) as url:
        with pytest.raises(ConnectionDropped):
            await transport.start(SubgraphCall(url, b""))


async def test_what_is_not_http_is_an_error(transport: LeanTransport) -> None:
    async with scripted(Script([b"SSH-2.0-OpenSSH\r\n\r\n"])) as url:
        with pytest.raises(ProtocolViolation):
            await transport.start(SubgraphCall(url, b""))


async def test_a_silent_server_meets_the_deadline(transport: LeanTransport) -> None:
    async with scripted(Script([], stay_silent=True)) as url:
        with pytest.raises(DeadlineExceeded):
            await transport.start(SubgraphCall(url, b"", timeout=0.05))


async def test_nobody_listening_is_a_connection_error(transport: LeanTransport) -> None:
    async with scripted(Script([])) as url:
        pass
    with pytest.raises(ConnectFailed):
        await transport.start(SubgraphCall(url, b""))


async def test_a_server_that_says_nothing_while_connecting_is_given_up() -> None:
    transport = LeanTransport(PoolSettings(connect_timeout=0.05))
    async with scripted(Script([], stay_silent=True)) as url:
        with pytest.raises(ConnectFailed, match=r"no connection within 0\.05 s"):
            await transport.start(SubgraphCall(url.replace("http:", "https:"), b""))
    await transport.aclose()


async def test_a_server_that_closes_each_connection_at_once_is_an_error(transport: LeanTransport) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql"
    for _ in range(20):
        with pytest.raises((ConnectFailed, ConnectionDropped)):
            await transport.start(SubgraphCall(url, b""))
    server.close()


async def test_a_query_on_a_stale_connection_is_repeated_on_a_new_one(transport: LeanTransport) -> None:
    script = Script([response(b"one"), None, response(b"two")])
    async with scripted(script) as url:
        await transport.start(SubgraphCall(url, b"first"))
        answer = await transport.start(SubgraphCall(url, b"second"))
    assert answer.body == b"two"
    assert script.connections == 2


async def test_a_mutation_on_a_stale_connection_is_not_repeated(transport: LeanTransport) -> None:
    script = Script([response(b"one"), None, response(b"two")])
    async with scripted(script) as url:
        await transport.start(SubgraphCall(url, b"first"))
        with pytest.raises(ConnectionDropped):
            await transport.start(SubgraphCall(url, b"second", idempotent=False))
    assert len(script.requests) == 2


async def test_a_query_whose_answer_broke_off_is_not_repeated(transport: LeanTransport) -> None:
    script = Script([response(b"one"), b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
    async with scripted(script) as url:
        await transport.start(SubgraphCall(url, b"first"))
        script.close = True
        with pytest.raises(ConnectionDropped):
            await transport.start(SubgraphCall(url, b"second"))
    assert len(script.requests) == 2


async def test_a_server_that_says_close_gets_a_new_connection_next_time(transport: LeanTransport) -> None:
    script = Script([response(b"one", b"connection: close"), response(b"two")])
    async with scripted(script) as url:
        await transport.start(SubgraphCall(url, b""))
        answer = await transport.start(SubgraphCall(url, b""))
    assert (answer.body, script.connections) == (b"two", 2)


async def test_a_head_that_came_before_is_read_the_same_way(transport: LeanTransport) -> None:
    again = response(b"same", b"x-tag: 1")
    script = Script([again, again, again[:-2], response(b"other")])
    async with scripted(script) as url:
        first, second = [await transport.start(SubgraphCall(url, b"{}")) for _ in range(2)]
        with pytest.raises(DeadlineExceeded):  # a known head, but half a body
            await transport.start(SubgraphCall(url, b"{}", timeout=0.2))
        third = await transport.start(SubgraphCall(url, b"{}"))
    assert (first.body, second.body, third.body) == (b"same", b"same", b"other")
    assert first.headers == second.headers == [(b"content-length", b"4"), (b"x-tag", b"1")]


async def test_heads_that_differ_in_their_length_alone_are_read_the_same_way(
    transport: LeanTransport,
) -> None:
    bodies = [b"one", b"three", b"x" * 900, b"", b"three"]
    odd = response(b"twice", b"content-length: 5")
    script = Script([*(response(body, b"x-tag: 1") for body in bodies), odd], pieces=2)
    async with scripted(script) as url:
        answers = [await transport.start(SubgraphCall(url, b"{}")) for _ in bodies]
        with pytest.raises(ProtocolViolation):
            await transport.start(SubgraphCall(url, b"{}"))
    assert [answer.body for answer in answers] == bodies
    for answer in answers:
        assert answer.headers == [(b"content-length", b"%d" % len(answer.body)), (b"x-tag", b"1")]
    assert script.connections == 1


async def test_a_length_over_the_cap_behind_a_known_head_is_an_error(transport: LeanTransport) -> None:
    async with scripted(Script([response(b"x"), response(b"x" * 1001)])) as url:
        await transport.start(SubgraphCall(url, b""))
        with pytest.raises(ResponseTooLarge):
            await transport.start(SubgraphCall(url, b""))


async def test_a_body_behind_a_known_head_comes_in_pieces(transport: LeanTransport) -> None:
    whole = response(b"x" * 900)
    script = Script([whole, whole], pieces=7)
    async with scripted(script) as url:
        bodies = [(await transport.start(SubgraphCall(url, b"{}"))).body for _ in range(2)]
    assert bodies == [b"x" * 900] * 2
    assert script.connections == 1


async def test_a_known_head_does_not_lift_the_cap() -> None:
    heads = response(b"x" * 900)
    lean = LeanTransport(PoolSettings(max_response_bytes=1000))
    async with scripted(Script([heads, heads])) as url:
        await lean.start(SubgraphCall(url, b"{}"))
        for pool in lean._pools.values():
            for connection in pool._all:
                connection.limits = ResponseLimits(800, 1000)
        with pytest.raises(ResponseTooLarge):
            await lean.start(SubgraphCall(url, b"{}"))
    await lean.aclose()


@pytest.mark.parametrize("surplus", [b"more", b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"])
async def test_what_follows_a_response_is_nobodys_answer(transport: LeanTransport, surplus: bytes) -> None:
    script = Script(
        [response(b"mine") + surplus, response(b"mine"), response(b"mine") + surplus, response(b"next")]
    )
    async with scripted(script) as url:
        bodies = [(await transport.start(SubgraphCall(url, b"{}"))).body for _ in range(4)]
    assert bodies == [b"mine", b"mine", b"mine", b"next"]
    assert script.connections == 3


async def test_requests_beyond_the_connection_limit_wait_for_their_turn() -> None:
    transport = LeanTransport(PoolSettings(max_connections=2))
    script = Script([response(b"%d" % number) for number in range(10)])
    async with scripted(script) as url:
        answers = await asyncio.gather(*(transport.start(SubgraphCall(url, b"")) for _ in range(10)))
    await transport.aclose()
    assert sorted(answer.body for answer in answers) == [b"%d" % number for number in range(10)]
    assert script.connections == 2


async def test_speaks_over_unix_sockets(transport: LeanTransport, tmp_path: Path) -> None:
    script = Script([response(b"local")])
    async with scripted(script, unix=tmp_path / "s") as url:
        answer = await transport.start(SubgraphCall(url, b""))
    assert answer.body == b"local"
    assert script.requests[0].startswith(b"POST /graphql HTTP/1.1\r\nhost: localhost\r\n")


async def test_speaks_tls_and_checks_the_certificate(transport: LeanTransport, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    trusting = LeanTransport(PoolSettings(tls=TlsSettings(ca_file=str(certificate.pem))))
    async with scripted(Script([response(b"secret")]), tls=certificate.context()) as url:
        answer = await trusting.start(SubgraphCall(url, b""))
        with pytest.raises(ConnectFailed):
            await transport.start(SubgraphCall(url, b""))
    await trusting.aclose()
    assert answer.body == b"secret"


async def test_a_missing_file_of_authorities_is_no_connection(tmp_path: Path) -> None:
    transport = LeanTransport(PoolSettings(tls=TlsSettings(ca_file=str(tmp_path / "none.pem"))))
    with pytest.raises(ConnectFailed):
        await transport.start(SubgraphCall("https://127.0.0.1:1/graphql", b""))
    await transport.aclose()


async def test_is_an_httpx_transport() -> None:
    async with (
        scripted(Script([response(b'{"a":1}')])) as url,
        httpx.AsyncClient(transport=LeanHttpxTransport()) as client,
    ):
        answer = await client.post(url, json={"query": "{a}"})
    assert answer.json() == {"a": 1}


async def test_gives_httpx_its_own_errors() -> None:
    async with scripted(Script([])) as url:
        pass
    async with httpx.AsyncClient(transport=LeanHttpxTransport()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.post(url)


async def test_any_httpx_transport_can_stand_in() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=request.content + request.headers["x-id"].encode())

    transport = HttpxTransport(httpx.MockTransport(answer))
    call = SubgraphCall("http://subgraph/graphql", b"body ", Headers.of([("x-id", "7")]))
    assert (await transport.start(call)).body == b"body 7"
    await transport.aclose()
