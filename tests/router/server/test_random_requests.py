"""Requests changed at random: each is answered or its connection closed, nothing fails inside or stays."""

from __future__ import annotations

import asyncio
import logging
from random import Random

import pytest

from tests.router.server.conftest import RunningServer, Serve
from tests.router.server.random_requests import changed
from tests.router.server.raw_http import HELLO, get, post, wire

REQUESTS = 400
AT_ONCE = 20
SETTINGS = [
    {"direct_posts": True},
    {"direct_posts": False},
    {"batch_limit": 3, "http_edition": "2026", "cors_origins": "*"},
]
CLOSE_FRAME = b"\x88"
# Whatever is not refused or closed by then ends with this.
LAST = get("/health/live", "Connection: close")


async def talk(server: RunningServer, data: bytes, cut: int) -> bytes:
    """Send a request in two pieces; gives all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    received = b""
    try:
        for piece in (data[:cut], data[cut:]):
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(20):
            while chunk := await reader.read(65_536):
                received += chunk
                if b"HTTP/1.1 101" in received and CLOSE_FRAME in received:
                    break  # the server waits for ours, politely and long
    except ConnectionError:
        pass  # closed while it was still sent to
    finally:
        writer.close()
    return received


async def nobody_left(server: RunningServer) -> None:
    while True:
        if not server.server.server_state.connections:
            return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("settings", SETTINGS, ids=["direct", "ASGI", "other settings"])
async def test_no_request_breaks_the_server(
    serve: Serve, settings: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    random = Random(7)
    quick = {"request_timeout": 0.1, "websocket_init_timeout": 0.1, "keep_alive": 1, **settings}
    async with serve(**quick) as server:
        for _ in range(REQUESTS // AT_ONCE):
            batch = [changed(random) + LAST for _ in range(AT_ONCE)]
            cuts = [random.randrange(len(data) + 1) for data in batch]
            answers = await asyncio.gather(*(talk(server, *pair) for pair in zip(batch, cuts, strict=True)))
            for data, answer in zip(batch, answers, strict=True):
                assert b"HTTP/1.1 500" not in answer, data
        async with wire(server.port) as client:
            await client.send(post())
            assert (await client.answer()).json == HELLO
        async with asyncio.timeout(10):
            await nobody_left(server)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
