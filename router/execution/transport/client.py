"""What execution sees of the network: ``SubgraphTransport``, and ours over HTTP/1.1 pools.

Enters: a ``SubgraphCall``. Leaves: a future of ``HttpResponse`` that fails with ``TransportError`` only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import msgspec

from .address import Address, Origin, parse_address
from .connection import HttpResponse
from .eventual import Eventual
from .pool import ConnectionPool, PoolSettings

ResponseFuture: TypeAlias = "Eventual[HttpResponse] | asyncio.Future[HttpResponse]"
"""Ours tells at once; another transport's may be asyncio's."""

JSON = "application/json"
_ACCEPT = "application/graphql-response+json, application/json;q=0.9"


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers to send along, ready as bytes: made once per request of a client."""

    items: tuple[tuple[str, str], ...] = ()
    block: bytes = b""

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]]) -> Headers:
        """Drop what can't be a header (a line break would begin another one)."""
        kept = tuple((name, value) for name, value in items if _is_header(name, value))
        return cls(kept, b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in kept))


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_VALUE = re.compile(r"[^\r\n\0\u0100-\U0010ffff]*\Z")


def _is_header(name: str, value: str) -> bool:
    return _NAME.match(name) is not None and _VALUE.match(value) is not None


NO_HEADERS = Headers()


class SubgraphCall(msgspec.Struct):
    """One POST to a subgraph, of JSON most often; ``timeout`` in seconds. (A struct is made in no time.)"""

    url: str
    body: bytes
    headers: Headers = NO_HEADERS
    timeout: float = 30.0
    idempotent: bool = True
    content_type: str = JSON


class SubgraphTransport(Protocol):
    """Anything that can POST to a subgraph."""

    def start(self, call: SubgraphCall) -> ResponseFuture:
        """Send at once; the future fails with TransportError only."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class LeanTransport:
    """Our own HTTP/1.1 client: a pool per origin, request heads ready as bytes per URL."""

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self._settings = settings or PoolSettings()
        self._pools: dict[Origin, ConnectionPool] = {}
        self._targets: dict[str, tuple[ConnectionPool, bytes]] = {}
        """By URL, for JSON."""

    def start(self, call: SubgraphCall) -> Eventual[HttpResponse]:
        """Write the request to an idle connection, or queue it for a new one."""
        url, body = call.url, call.body
        pool, head = self._targets.get(url) or self._add_target(url)
        if call.content_type != JSON:
            head = _head(parse_address(url), call.content_type)
        payload = b"".join((head, call.headers.block, b"content-length: %d\r\n\r\n" % len(body), body))
        return pool.start(payload, call.timeout, call.idempotent)

    def _add_target(self, url: str) -> tuple[ConnectionPool, bytes]:
        address = parse_address(url)
        target = self._targets[url] = (self.pool(address.origin), _head(address, JSON))
        return target

    def pool(self, origin: Origin) -> ConnectionPool:
        """Find or make the pool of an origin."""
        if origin not in self._pools:
            self._pools[origin] = ConnectionPool(origin, self._settings)
        return self._pools[origin]

    async def aclose(self) -> None:
        """Close all pools."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()
        self._targets.clear()


def _head(address: Address, content_type: str) -> bytes:
    lines = (
        f"POST {address.target} HTTP/1.1",
        f"host: {address.authority}",
        "user-agent: waybill",
        f"content-type: {content_type}",
        f"accept: {_ACCEPT}",
        "accept-encoding: identity",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
