"""uvicorn's HTTP protocol made small: most of thousands of connections are idle at any moment.

Its attributes are slots here: a table of all their names for each connection took 1.5 kB, and was slower to
read. What only some need is made for those: the parser, addresses, the event of who waits to write.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias, cast

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl

Addresses: TypeAlias = tuple[tuple[str, int | None] | None, tuple[str, int] | None]
"""Of our end of a connection, and of the client's."""


class LazyFlow(FlowControl):
    """uvicorn's flow control; an event is made when somebody has to wait."""

    __slots__ = ("_gate", "_transport", "read_paused", "write_paused")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.read_paused = False
        self.write_paused = False
        self._gate: asyncio.Event | None = None

    async def drain(self) -> None:
        """Return when the client has taken enough of what it was sent."""
        while self.write_paused:
            if self._gate is None:
                self._gate = asyncio.Event()
            await self._gate.wait()

    def pause_writing(self) -> None:
        """The client does not keep up."""
        self.write_paused = True

    def resume_writing(self) -> None:
        """It has caught up, or is gone."""
        self.write_paused = False
        if self._gate is not None:
            self._gate.set()
            self._gate = None


class Pipeline(list[tuple[RequestResponseCycle, Any]]):
    """Requests that wait for those before them, last first: few, so a list does (70 bytes, not 760)."""

    __slots__ = ()

    def appendleft(self, waiting: tuple[RequestResponseCycle, Any]) -> None:
        """Let a request wait."""
        self.insert(0, waiting)

    def popleft(self) -> tuple[RequestResponseCycle, Any]:
        """Take the last one back."""
        return self.pop(0)


class HttpConnection(HttpToolsProtocol):
    """One connection of a client, as uvicorn knows it."""

    __slots__ = (
        "_addresses",
        "_parser",
        "_peer",
        "access_log",
        "access_logger",
        "app",
        "app_state",
        "asgi_version",
        "config",
        "connections",
        "cycle",
        "expect_100_continue",
        "flow",
        "headers",
        "limit_concurrency",
        "logger",
        "loop",
        "pipeline",
        "root_path",
        "scheme",
        "scope",
        "server_state",
        "tasks",
        "timeout_keep_alive",
        "timeout_keep_alive_task",
        "transport",
        "url",
        "ws_protocol_class",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._addresses: Addresses | None = None
        self._peer: str | None = None
        super().__init__(*arguments, **options)
        self._parser: httptools.HttpRequestParser | None = None
        self.pipeline = Pipeline()  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: a client has connected."""
        # No `isinstance`: uvloop's transports are not asyncio's classes.
        self.transport = stream = cast(asyncio.Transport, transport)
        self.flow = LazyFlow(stream)
        self.scheme = "https" if is_ssl(stream) else "http"
        self.connections.add(self)

    @property
    def parser(self) -> httptools.HttpRequestParser:
        """The parser of what is not known by its bytes."""
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
            # As uvicorn does: a pipelined request is answered also where its client says that it is the last.
            self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return self._parser

    @parser.setter
    def parser(self, parser: httptools.HttpRequestParser | None) -> None:
        self._parser = parser

    def _ask_addresses(self) -> Addresses:
        if self._addresses is None:
            self._addresses = get_local_addr(self.transport), get_remote_addr(self.transport)
        return self._addresses

    def _ask_peer(self) -> str:
        """The client's address alone, for the hot path; empty for a Unix socket.

        It is kept as a text: both ends' tuples would be a third of what an idle connection takes.
        """
        client = get_remote_addr(self.transport)
        self._peer = client[0] if client else ""
        return self._peer

    @property
    def server(self) -> tuple[str, int | None] | None:
        """Our end of the connection."""
        return self._ask_addresses()[0]

    @server.setter
    def server(self, _: Any) -> None:
        """Not asked before somebody wants to know it."""

    @property
    def client(self) -> tuple[str, int] | None:
        """The other end of the connection."""
        return self._ask_addresses()[1]

    @client.setter
    def client(self, _: Any) -> None:
        """Not asked before somebody wants to know it."""
