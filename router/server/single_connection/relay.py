"""Have another worker behind the same port answer: a request for a stream that it has goes on to it.

client ─ port ─> any worker ── the token names worker 2 ──> worker 2's own port ─ as if it had come there
"""

from __future__ import annotations

import asyncio

import httpx

from ...errors import RequestError
from ..exchange.exchange import Exchange
from ..exchange.read_body import read_body
from ..streaming.run_stream import cancel_all

# What belongs to one connection (RFC 9110 §7.6.1), and what either side writes anew.
OWN_OF_CONNECTION = frozenset(
    {b"connection", b"content-length", b"date", b"expect", b"keep-alive", b"transfer-encoding", b"upgrade"}
)


async def relay(exchange: Exchange, url: str, body_limit: int) -> int:
    """Have another worker answer; returns its status. A worker that is gone has no streams any more."""
    request = await _request(exchange, url, body_limit)
    async with httpx.AsyncHTTPTransport(verify=False) as transport:  # plain HTTP: no certificates to load
        try:
            response = await transport.handle_async_request(request)
        except httpx.TransportError as error:
            raise RequestError("STREAM_NOT_FOUND", "The stream of this token is over.") from error
        await exchange.reply.start(response.status_code, _headers(response))
        copying = asyncio.ensure_future(_copy(exchange, response))
        leaving = asyncio.ensure_future(_until_gone(exchange))
        try:
            await asyncio.wait([copying, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel_all([copying, leaving])
            await response.aclose()
    return response.status_code


async def _request(exchange: Exchange, url: str, body_limit: int) -> httpx.Request:
    scope = exchange.scope
    body = await read_body(exchange.receive, {}, body_limit)  # as it came: the other worker decompresses
    headers = [
        header for header in scope["headers"] if header[0] not in OWN_OF_CONNECTION | {b"x-request-id"}
    ]
    headers.append((b"x-request-id", exchange.request_id.encode("latin-1")))
    target = scope["path"] + "?" + scope["query_string"].decode("latin-1")
    return httpx.Request(scope["method"], url + target, headers=headers, content=body)


def _headers(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    own = OWN_OF_CONNECTION - {b"content-length"} | {b"x-request-id"}
    return [(name.lower(), value) for name, value in response.headers.raw if name.lower() not in own]


async def _copy(exchange: Exchange, response: httpx.Response) -> None:
    try:
        async for chunk in response.aiter_raw():
            await exchange.reply.write(chunk)
    except httpx.TransportError:
        pass  # the other worker is gone: the stream ends without an end, as at a lost connection
    await exchange.reply.write(b"", more=False)


async def _until_gone(exchange: Exchange) -> None:
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
