"""Asks the router over kept connections, as cheaply as the load's own process can."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from ..http_messages import MessageProtocol, with_length

LONGEST_WAIT = 60.0


class Refused(Exception):
    """An answer with errors, or none."""


class _Line(MessageProtocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[bytes] | None = None

    def message(self, first_line: bytes, body: bytes) -> None:
        assert self.answer is not None
        if not self.answer.done():
            self.answer.set_result(body)

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(Refused("the connection was lost"))


class Client:
    """As many connections as requests are in flight; those that are free are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[_Line] = []

    async def ask(self, query: str, variables: dict[str, Any] | None = None, token: str | None = None) -> Any:
        """The data of an operation; Refused if there are errors."""
        return await self.send(request(query, variables, token))

    async def send(self, message: bytes) -> Any:
        """The data that a ready request is answered with."""
        line = await self._line()
        line.answer = asyncio.get_running_loop().create_future()
        line.transport.write(message)
        async with asyncio.timeout(LONGEST_WAIT):
            body = orjson.loads(await line.answer)
        self._free.append(line)
        if body.get("errors"):
            raise Refused(str(body["errors"][0]))
        return body["data"]

    def close(self) -> None:
        """Close the connections that are free: all, when nothing is asked any more."""
        for line in self._free:
            line.transport.abort()

    async def _line(self) -> _Line:
        while self._free:
            line = self._free.pop()
            if not line.transport.is_closing():  # the router closes those that are idle for long
                return line
        _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", self._port)
        return line


def request(query: str, variables: dict[str, Any] | None = None, token: str | None = None) -> bytes:
    """An HTTP request with an operation."""
    lines = b"POST /graphql HTTP/1.1\r\nhost: router"
    if token:
        lines += b"\r\nauthorization: Bearer " + token.encode()
    return with_length(lines, orjson.dumps({"query": query, "variables": variables or {}}))
