"""Both ways between our transport and httpx's.

``LeanHttpxTransport`` lets any httpx client use our pools; ``HttpxTransport`` lets any httpx transport
(ASGI in tests, a proxy, HTTP/2) stand in for ours.
"""

from __future__ import annotations

import asyncio

import httpx

from .address import Origin
from .client import SubgraphCall
from .connection import HttpResponse
from .errors import ConnectFailed, ConnectionDropped, DeadlineExceeded, ProtocolViolation, TransportError
from .pool import ConnectionPool, PoolSettings

DEFAULT_TIMEOUT = 30.0
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


class LeanHttpxTransport(httpx.AsyncBaseTransport):
    """Our HTTP/1.1 pools behind httpx's public API. Bodies are whole, not streamed."""

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self._settings = settings or PoolSettings()
        self._pools: dict[Origin, ConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; transport errors become httpx's."""
        body = await request.aread()
        timeout = request.extensions.get("timeout", {}).get("read") or DEFAULT_TIMEOUT
        pool = self._pool(request.url)
        try:
            future = pool.start(_payload(request, body), timeout, request.method in _IDEMPOTENT)
            response = await future
        except TransportError as error:
            raise _as_httpx_error(error) from error
        headers = [item for item in response.headers if item[0] != b"content-encoding"]
        return httpx.Response(response.status, headers=headers, content=response.body)

    def _pool(self, url: httpx.URL) -> ConnectionPool:
        tls = url.scheme == "https"
        origin = Origin(url.host, url.port or (443 if tls else 80), tls)
        if origin not in self._pools:
            self._pools[origin] = ConnectionPool(origin, self._settings)
        return self._pools[origin]

    async def aclose(self) -> None:
        """Close all pools."""
        for pool in self._pools.values():
            await pool.aclose()


def _payload(request: httpx.Request, body: bytes) -> bytes:
    head = b"%s %s HTTP/1.1\r\n" % (request.method.encode("ascii"), request.url.raw_path)
    lines = b"".join(
        b"%s: %s\r\n" % (name, value)
        for name, value in request.headers.raw
        if name.lower() not in (b"content-length", b"transfer-encoding")
    )
    return b"%s%scontent-length: %d\r\n\r\n%s" % (head, lines, len(body), body)


def _as_httpx_error(error: TransportError) -> httpx.TransportError:
    match error:
        case ConnectFailed():
            return httpx.ConnectError(str(error))
        case DeadlineExceeded():
            return httpx.ReadTimeout(str(error))
        case ConnectionDropped():
            return httpx.ReadError(str(error))
        case _:
            return httpx.RemoteProtocolError(str(error))


class HttpxTransport:
    """A ``SubgraphTransport`` over any httpx transport."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(transport=transport)

    def start(self, call: SubgraphCall) -> asyncio.Future[HttpResponse]:
        """Send in a task."""
        return asyncio.get_running_loop().create_task(self._send(call))

    async def _send(self, call: SubgraphCall) -> HttpResponse:
        headers = [("content-type", call.content_type), *call.headers.items]
        try:
            response = await self._client.post(
                call.url, content=call.body, headers=headers, timeout=call.timeout
            )
        except httpx.TimeoutException as error:
            raise DeadlineExceeded("The subgraph did not answer in time.") from error
        except httpx.ConnectError as error:
            raise ConnectFailed("The subgraph can't be reached.") from error
        except httpx.HTTPError as error:
            raise ProtocolViolation(str(error)) from error
        return HttpResponse(response.status_code, list(response.headers.raw), response.content)

    async def aclose(self) -> None:
        """Close the client."""
        await self._client.aclose()
