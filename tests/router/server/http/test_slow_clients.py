"""Clients that read slowly, not at all, or are gone without a word: nothing piles up, and sources end."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from tests.router.server.conftest import Serve
from tests.router.server.raw_http import get, post
from tests.router.server.schema_engine import SchemaEngine

EVENT = 100_000
FLOOD = f"subscription {{ flood(to: {EVENT}) }}"
# What systems and servers hold for a client that does not read: their buffers, and an event or two.
MOST = 8_000_000


def streamed(accept: str) -> bytes:
    return post(json.dumps({"query": FLOOD}).encode(), f"Accept: {accept}")


def frame(text: str) -> bytes:
    """A short masked text frame (RFC 6455 §5.2), its mask of zeros."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


def over_websocket() -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return get(
        "/graphql",
        *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        *(f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: graphql-transport-ws"),
    )


SUBSCRIBE = frame('{"type":"connection_init"}') + frame(
    json.dumps({"type": "subscribe", "id": "1", "payload": {"query": FLOOD}})
)


@contextlib.asynccontextmanager
async def small_client(port: int) -> AsyncIterator[socket.socket]:
    """A client whose system takes next to nothing for it."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
        yield client


async def ask(client: socket.socket, transport: str) -> None:
    loop = asyncio.get_running_loop()
    if transport == "websocket":
        await loop.sock_sendall(client, over_websocket())
        await loop.sock_recv(client, 100)
        await loop.sock_sendall(client, SUBSCRIBE)
        return
    multipart = "multipart/mixed;subscriptionSpec=1.0"
    await loop.sock_sendall(client, streamed("text/event-stream" if transport == "sse" else multipart))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


TRANSPORTS = pytest.mark.parametrize("transport", ["sse", "multipart", "websocket"])


@TRANSPORTS
async def test_a_client_that_does_not_read_is_waited_for_and_then_cut_off(
    serve: Serve, engine: SchemaEngine, transport: str
) -> None:
    async with serve(client_timeout=0.3) as server, small_client(server.port) as client:
        await ask(client, transport)
        await asyncio.wait_for(engine.stream_closed.wait(), 10)
        assert engine.flooded < MOST
        assert engine.open_streams == 0
        await until(lambda: not server.server.server_state.connections)


@TRANSPORTS
async def test_a_client_that_is_gone_without_a_word_ends_its_source(
    serve: Serve, engine: SchemaEngine, transport: str
) -> None:
    async with serve() as server:
        async with small_client(server.port) as client:
            await ask(client, transport)
            await until(lambda: engine.open_streams == 1)
            # Closing with a linger of zero sends a reset, not an end.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        await asyncio.wait_for(engine.stream_closed.wait(), 10)
        await until(lambda: not server.server.server_state.connections)


async def test_a_slow_client_gets_everything(serve: Serve, engine: SchemaEngine) -> None:
    async with serve(client_timeout=5) as server, small_client(server.port) as client:
        await ask(client, "sse")
        loop, received = asyncio.get_running_loop(), 0
        while received < 20 * EVENT:
            received += len(await loop.sock_recv(client, 2_048))
        assert engine.flooded < received + MOST


async def test_a_long_answer_that_nobody_takes_is_thrown_away(serve: Serve) -> None:
    async with serve(client_timeout=0.3) as server, small_client(server.port) as client:
        query = json.dumps({"query": "{ long(to: 20000000) }"}).encode()
        await asyncio.get_running_loop().sock_sendall(client, post(query))
        await until(lambda: bool(server.server.server_state.connections))
        await until(lambda: not server.server.server_state.connections)


async def test_a_websocket_that_answers_no_ping_is_closed(serve: Serve, engine: SchemaEngine) -> None:
    subscription = {"type": "subscribe", "id": "1", "payload": {"query": "subscription { forever }"}}
    async with serve(websocket_ping=0.1) as server, small_client(server.port) as client:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(client, over_websocket())
        await loop.sock_recv(client, 4_096)
        await loop.sock_sendall(client, frame('{"type":"connection_init"}') + frame(json.dumps(subscription)))
        await asyncio.wait_for(engine.stream_closed.wait(), 10)


async def test_streams_that_were_left_leave_no_task_behind(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server:
        before = len(asyncio.all_tasks())
        for transport in ("sse", "multipart", "websocket") * 5:
            engine.stream_closed.clear()
            async with small_client(server.port) as client:
                await ask(client, transport)
                await until(lambda: engine.open_streams == 1)
            await asyncio.wait_for(engine.stream_closed.wait(), 10)
        await until(lambda: len(asyncio.all_tasks()) <= before)
        await until(lambda: not server.server.server_state.tasks)
