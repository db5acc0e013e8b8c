"""Compression both ways."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest
import zstandard

from tests.router.server.conftest import MakeClient

BODY = b'{"query": "{ hello }"}'


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(body)


def zstd_of_unknown_length(body: bytes) -> bytes:
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(body) + stream.flush()


ENCODERS = [
    ("gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("zstd", zstd),
    ("zstd", zstd_of_unknown_length),
    ("identity", bytes),
    ("gzip, zstd", lambda body: zstd(gzip.compress(body))),
    ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    ("zstd", lambda body: zstd(body[:9]) + zstd(body[9:])),
]


async def send(client: httpx.AsyncClient, body: bytes, encoding: str) -> httpx.Response:
    headers = {"content-type": "application/json", "content-encoding": encoding}
    return await client.post("/graphql", content=body, headers=headers)


@pytest.mark.parametrize(("encoding", "encode"), ENCODERS)
async def test_compressed_requests_are_read(
    client: httpx.AsyncClient, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    response = await send(client, encode(BODY), encoding)
    assert response.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("zstd", zstd_of_unknown_length)],
)
async def test_a_small_body_cannot_become_a_large_one(
    make_client: MakeClient, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    bomb = encode(b" " * 50_000_000)
    response = await send(make_client(body_limit=100_000), bomb, encoding)
    assert len(bomb) < 100_000
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("body", [BODY, b"", b"\x1f\x8b"])
async def test_a_body_that_is_not_what_it_says_is_400(
    client: httpx.AsyncClient, encoding: str, body: bytes
) -> None:
    response = await send(client, body, encoding)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_ENCODING"


@pytest.mark.parametrize(("encoding", "encode"), ENCODERS[:7])
async def test_a_truncated_body_is_400(
    client: httpx.AsyncClient, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    assert (await send(client, encode(BODY)[:-9], encoding)).status_code == 400


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", gzip.compress(b"") * 100_000 + gzip.compress(BODY), id="members without end"),
        pytest.param("gzip, " * 1_000 + "gzip", BODY, id="encodings without end"),
        pytest.param("gzip", gzip.compress(BODY) + b"more", id="something behind the last member"),
        pytest.param("deflate", zlib.compress(BODY) + b"more", id="something behind the stream"),
        pytest.param("zstd", zstd(BODY) + b"more", id="something behind the frame"),
    ],
)
async def test_a_body_that_costs_much_or_hides_something_is_400(
    make_client: MakeClient, encoding: str, body: bytes
) -> None:
    response = await send(make_client(body_limit=10_000_000), body, encoding)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_ENCODING"


async def test_an_unknown_encoding_is_415_and_names_the_known_ones(client: httpx.AsyncClient) -> None:
    response = await send(client, BODY, "br")
    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "gzip, deflate, zstd"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("zstd, gzip", "gzip"),
        ("deflate, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0.9, zstd, deflate;q=0.8", "zstd"),
        ("gzip;q=0.1, *;q=0.2", "zstd"),
        ("*", "gzip"),
        ("gzip;q=0, *", "zstd"),
        ("br", None),
        ("identity", None),
        ("identity, gzip", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=0", None),
    ],
)
async def test_long_responses_are_compressed_as_the_client_likes(
    client: httpx.AsyncClient, accepted: str, expected: str | None
) -> None:
    headers = {"accept-encoding": accepted}
    response = await client.post("/graphql", json={"query": "{ long(to: 10000) }"}, headers=headers)
    assert response.headers.get("content-encoding") == expected
    assert response.json() == {"data": {"long": "x" * 10_000}}
    assert "accept-encoding" in response.headers["vary"]
    if expected is not None:
        assert int(response.headers["content-length"]) < 1_000


async def test_very_long_responses_are_compressed_too(client: httpx.AsyncClient) -> None:
    headers = {"accept-encoding": "gzip"}
    response = await client.post("/graphql", json={"query": "{ long(to: 1000000) }"}, headers=headers)
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["data"]["long"]) == 1_000_000


async def test_short_responses_are_sent_as_they_are(client: httpx.AsyncClient) -> None:
    headers = {"accept-encoding": "gzip"}
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert "content-encoding" not in response.headers


async def test_compression_can_be_turned_off(make_client: MakeClient) -> None:
    headers = {"accept-encoding": "gzip"}
    client = make_client(compression="")
    response = await client.post("/graphql", json={"query": "{ long(to: 10000) }"}, headers=headers)
    assert "content-encoding" not in response.headers
