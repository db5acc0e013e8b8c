"""A scripted HTTP server: it answers each request with the bytes that the test wants."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Script:
    """``answers``: for each request, what to write; None closes without a word; then see ``close``."""

    answers: list[bytes | None]
    close: bool = False
    """Whether the connection is closed after each answer."""
    stay_silent: bool = False
    pieces: int = 1
    """In how many writes an answer goes out."""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


def _handler(script: Script) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                script.requests.append(await _read_request(reader))
                if script.stay_silent:
                    await reader.read()
                    break
                answer = script.answers.pop(0)
                if answer is None:
                    break
                await _write(writer, answer, script.pieces)
                if script.close:
                    break
        writer.close()

    return handle


async def _write(writer: asyncio.StreamWriter, answer: bytes, pieces: int) -> None:
    size = -(-len(answer) // pieces) or 1
    for start in range(0, len(answer), size):
        writer.write(answer[start : start + size])
        await writer.drain()
        for _ in range(3):  # the other end reads meanwhile
            await asyncio.sleep(0)


@asynccontextmanager
async def scripted(
    script: Script, *, unix: Path | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve a script; gives the URL."""
    if unix is not None:
        server = await asyncio.start_unix_server(_handler(script), unix)  # type: ignore[arg-type]
        url = f"unix:{unix}:/graphql"
    else:
        server = await asyncio.start_server(_handler(script), "127.0.0.1", 0, ssl=tls)  # type: ignore[arg-type]
        port = server.sockets[0].getsockname()[1]
        url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/graphql"
    try:
        yield url
    finally:
        server.close()


def response(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Write a response with a Content-Length."""
    lines = b"".join(b"%s\r\n" % header for header in headers)
    return b"HTTP/1.1 %s\r\ncontent-length: %d\r\n%s\r\n%s" % (status, len(body), lines, body)
