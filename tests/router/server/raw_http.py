"""HTTP/1.1 by hand: a test says every byte that is sent, and sees every response on the connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

QUERY = b'{"query": "{ hello }"}'
HELLO = {"data": {"hello": "hello world"}}


@dataclass(frozen=True, slots=True)
class Answer:
    """One response; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["errors"][0]["extensions"]["code"])


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def end(self) -> None:
        """Close this side; the other one may still answer."""
        self._writer.write_eof()
        await self._writer.drain()

    def reset(self) -> None:
        """Be gone, so that the server sees it at once."""
        socket = self._writer.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def answer(self, *, of_head: bool = False) -> Answer:
        """Read the next response; one to HEAD has no body, whatever its length says."""
        async with asyncio.timeout(10):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            body = b"" if of_head else await self._body(headers)
        return Answer(int(first.split()[1]), headers, body)

    async def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", 0)))
        chunks = []
        while size := int(await self._reader.readline(), 16):
            chunks.append(await self._reader.readexactly(size))
            await self._reader.readline()
        await self._reader.readline()
        return b"".join(chunks)

    async def closed(self) -> bool:
        """Whether the server ends the connection, and says nothing more."""
        async with asyncio.timeout(10):
            return await self._reader.read() == b""


@contextlib.asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


def post(body: bytes = QUERY, *lines: str, length: int | None = None, path: str = "/graphql") -> bytes:
    """A POST of JSON with further header lines; ``length`` to lie about the body's."""
    head = (
        f"POST {path} HTTP/1.1",
        "Host: router",
        "Content-Type: application/json",
        *lines,
        f"Content-Length: {len(body) if length is None else length}",
    )
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def get(path: str = "/graphql?query=%7Bhello%7D", *lines: str, method: str = "GET") -> bytes:
    """A request without a body."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: router", *lines, "", "")).encode("latin-1")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A POST whose body comes in chunks."""
    head = "POST /graphql HTTP/1.1\r\nHost: router\r\nContent-Type: application/json\r\n"
    parts = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + parts + end
