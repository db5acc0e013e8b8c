"""Good requests of every kind, changed at random."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from random import Random

import zstandard

from tests.router.server.raw_http import QUERY, chunked, get, post

NAMED = b'{"query":"query A($n:String){hello(name:$n)}","variables":{"n":"x"},"operationName":"A"}'
COUNT = b'{"query":"subscription{count(to:3)}"}'
WEBSOCKET = get(
    "/graphql",
    *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-transport-ws"),
)
# What means something to one of the readers.
TOKENS = [
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\0",
        b"\xff",
        b"{",
        b"}",
        b'"',
        b"\\ud800",
        b"9" * 25,
        b";",
        b",",
        b"q=0",
        b": ",
    ),
    *(b"chunked", b"%", b"%ff", b"[", b"null", b"=", b"&", b"\xef\xbb\xbf", b"-1", b"charset=utf-7", b"*/*"),
]


def form() -> bytes:
    """A request with a file."""
    operations = json.dumps({"query": "query($f:String){hello(name:$f)}", "variables": {"f": None}})
    parts = (
        ('"operations"', operations),
        ('"map"', '{"0":["variables.f"]}'),
        ('"0"; filename="a"', "content"),
    )
    body = "".join(
        f"--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n" for name, text in parts
    )
    request = post((body + "--b--\r\n").encode(), "Apollo-Require-Preflight: 1")
    return request.replace(b"application/json", b"multipart/form-data; boundary=b")


def frame(message: Mapping[str, object]) -> bytes:
    """A masked text frame, its mask of zeros."""
    data = json.dumps(message).encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}
GOOD = [
    post(),
    post(NAMED),
    chunked(QUERY[:7], QUERY[7:]),
    get(),
    get("/graphql?query=%7Bhello%7D&variables=%7B%7D&extensions=%7B%7D&operationName="),
    get(method="HEAD"),
    get("/graphql", method="PUT"),
    get("/graphql?operationId=a&token=b", method="DELETE"),
    get("/graphql?token=abc"),
    get("/graphql", method="OPTIONS"),
    get("/health/ready"),
    post(gzip.compress(QUERY), "Content-Encoding: gzip"),
    post(zlib.compress(QUERY), "Content-Encoding: deflate"),
    post(zstandard.ZstdCompressor().compress(QUERY), "Content-Encoding: zstd"),
    post(COUNT, "Accept: text/event-stream"),
    post(COUNT, "Accept: multipart/mixed;subscriptionSpec=1.0, application/json;q=0.5"),
    post(QUERY, "Accept: application/graphql-response+json;q=0.3, */*;q=0.1"),
    post(QUERY, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAM"),
    post(QUERY, "Origin: https://a.example", "Authorization: Bearer x", "X-Request-Id: abc"),
    post(b'[{"query":"{hello}"},{"query":"{fail}"}]'),
    post('{"query":"{ hello }"}'.encode("utf-16")).replace(b"/json", b"/json; charset=utf-16"),
    form(),
    WEBSOCKET
    + frame({"type": "connection_init"})
    + frame(SUBSCRIBE)
    + frame({"type": "complete", "id": "1"}),
]


def changed(random: Random) -> bytes:
    """One of them, or several in a row, with up to six changes."""
    data = bytearray(random.choice(GOOD))
    for _ in range(random.choice([0, 1, 1, 1, 2, 3, 6])):
        change(random, data)
    return bytes(data)


def change(random: Random, data: bytearray) -> None:
    """Overwrite, cut, insert, repeat, or append another request."""
    place = random.randrange(len(data) + 1)
    match random.randrange(6):
        case 0 if place < len(data):
            data[place] = random.randrange(256)
        case 1:
            del data[place : place + random.randrange(1, 9)]
        case 2:
            data[place:place] = random.choice(TOKENS)
        case 3:
            source = random.randrange(len(data) + 1)
            data[place:place] = data[source : source + random.randrange(1, 30)]
        case 4:
            data[place:place] = random.randbytes(random.randrange(1, 5))
        case _:
            data += random.choice(GOOD)
