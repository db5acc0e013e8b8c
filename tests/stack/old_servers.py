"""Servers of versions that nobody should use any more: just enough of each to say which it is."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handle: Handle) -> AsyncIterator[int]:
    """A server on a free port; a client that leaves ends its connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


async def postgres_12(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuse TLS, take everybody, tell the version, wait until the client goes (protocol 3.0)."""
    while True:
        (length,) = struct.unpack("!I", await reader.readexactly(4))
        (code,) = struct.unpack("!I", (await reader.readexactly(length - 4))[:4])
        if code != 80877103:  # SSLRequest
            break
        writer.write(b"N")
    told = {"server_version": "12.3", "client_encoding": "UTF8", "server_encoding": "UTF8"}
    writer.write(_message(b"R", struct.pack("!I", 0)))
    for name, value in told.items():
        writer.write(_message(b"S", f"{name}\0{value}\0".encode()))
    writer.write(_message(b"K", struct.pack("!II", 1, 1)) + _message(b"Z", b"I"))
    await reader.readexactly(5)  # Terminate


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


async def redis_6(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer PING and INFO; whatever else is asked is done."""
    while True:
        count = int((await reader.readuntil(b"\r\n"))[1:])
        words = []
        for _ in range(count):
            length = int((await reader.readuntil(b"\r\n"))[1:])
            words.append((await reader.readexactly(length + 2))[:-2].upper())
        info = b"# Server\r\nredis_version:6.2.14\r\n"
        answers = {b"PING": b"+PONG\r\n", b"INFO": b"$%d\r\n%s\r\n" % (len(info), info)}
        writer.write(answers.get(words[0], b"+OK\r\n"))


async def elasticsearch_7(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request for the root."""
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"version": {"number": "7.17.28"}}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
    writer.write(head + b"content-length: %d\r\n\r\n%s" % (len(body), body))
    await writer.drain()
