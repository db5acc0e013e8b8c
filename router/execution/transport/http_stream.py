"""A subscription to a subgraph over HTTP: server-sent events or multipart, whichever it answers with.

Enters: a subgraph's URL and a request body. Leaves: each event's payload. Neither is on the hot path of
queries, so this is plain httpx; closing the response ends the subscription at the subgraph.

    graphql-sse, distinct connections:  event: next, data: {"data": …}   event: complete
    multipart, subscriptionSpec=1.0:    {"payload": {"data": …}}   {} is a heartbeat

Events of other names than ``next`` (servers' pings) are passed over, as a browser's listener does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import Message
from typing import Any

import httpx

from ..json_codec import decode
from .address import Address, parse_address
from .client import Headers
from .errors import ConnectFailed, ConnectionDropped, DeadlineExceeded, ProtocolViolation
from .event_source import SubscriptionRefused
from .event_stream import COMPLETE, EventStreamParser
from .inflate import Inflater
from .multipart_stream import MultipartParser
from .tls import tls_context
from .websocket import WebSocketSettings

ACCEPT = 'text/event-stream, multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json;q=0.5'
EVENT_STREAM, MULTIPART = "text/event-stream", "multipart/mixed"
# A server that names no event means the default one.
PAYLOADS = frozenset({"next", "message", ""})


async def open_http_subscription(
    url: str, body: bytes, headers: Headers, settings: WebSocketSettings
) -> HttpSubscription:
    """Subscribe by POST. Raises TransportError if the subgraph does not answer with a stream."""
    address = parse_address(url)
    client = _client(address, settings)
    try:
        async with asyncio.timeout(settings.init_timeout):
            request = client.build_request("POST", _url(address), content=body, headers=_headers(headers))
            response = await client.send(request, stream=True)
    except TimeoutError as error:
        await client.aclose()
        raise DeadlineExceeded("The subgraph did not answer in time.") from error
    except httpx.HTTPError as error:
        await client.aclose()
        raise ConnectFailed(f"The subgraph can't be reached: {error}") from error
    except BaseException:
        await client.aclose()
        raise
    subscription = HttpSubscription(client, response, settings.max_message_bytes)
    if response.status_code != 200 or subscription.media_type not in (EVENT_STREAM, MULTIPART):
        await subscription.close()
        raise ProtocolViolation(f"The subgraph answered with {response.status_code} and no stream.")
    return subscription


def _client(address: Address, settings: WebSocketSettings) -> httpx.AsyncClient:
    origin = address.origin
    tls = tls_context(settings.tls) if origin.tls else False
    transport = httpx.AsyncHTTPTransport(uds=origin.unix_path, verify=tls)
    return httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None, connect=settings.init_timeout))


def _url(address: Address) -> str:
    return f"{'https' if address.origin.tls else 'http'}://{address.authority}{address.target}"


def _headers(headers: Headers) -> list[tuple[str, str]]:
    ours = [("content-type", "application/json"), ("accept", ACCEPT), ("accept-encoding", "identity")]
    return [*headers.items, *ours]


class HttpSubscription:
    """An open response whose body is a stream of events."""

    def __init__(self, client: httpx.AsyncClient, response: httpx.Response, limit: int) -> None:
        self._client = client
        self._response = response
        self._limit = limit
        self._type = Message()
        self._type["content-type"] = response.headers.get("content-type", "")

    @property
    def media_type(self) -> str:
        """The response's media type, in lower case."""
        return self._type.get_content_type()

    async def payloads(self) -> AsyncIterator[Any]:
        """Give each event's payload."""
        messages = self._events() if self.media_type == EVENT_STREAM else self._parts()
        try:
            async for payload in messages:
                yield payload
        except httpx.HTTPError as error:
            raise ConnectionDropped("The subgraph closed the connection.") from error

    async def _events(self) -> AsyncIterator[Any]:
        parser = EventStreamParser(self._limit)
        async for chunk in self._chunks():
            for event in parser.feed(chunk):
                if event.name == COMPLETE:
                    return
                if event.name in PAYLOADS:
                    yield _decoded(event.data)
        raise ConnectionDropped("The subgraph's stream broke off.")

    async def _parts(self) -> AsyncIterator[Any]:
        parser = MultipartParser(str(self._type.get_param("boundary", "-")), self._limit)
        async for chunk in self._chunks():
            for part in parser.feed(chunk):
                message = _decoded(part)
                if message != {}:
                    yield _payload(message)
            if parser.ended:
                return
        raise ConnectionDropped("The subgraph's stream broke off.")

    async def _chunks(self) -> AsyncIterator[bytes]:
        """Give the body as it comes, decompressed."""
        encoding = self._response.headers.get("content-encoding", "identity")
        inflater = None if encoding.lower() in ("", "identity") else Inflater()
        async for chunk in self._response.aiter_raw():
            for piece in [chunk] if inflater is None else inflater.feed(chunk):
                yield piece

    async def close(self) -> None:
        """Close the connection."""
        await self._response.aclose()
        await self._client.aclose()


def _payload(message: Any) -> Any:
    """A part's payload; a null one stands beside errors of the transport, which end the subscription."""
    if not isinstance(message, dict):
        raise ProtocolViolation("The subgraph sent a part that is not an object.")
    if message.get("payload") is None:
        errors = message.get("errors")
        raise SubscriptionRefused(errors if isinstance(errors, list) else [])
    return message["payload"]


def _decoded(data: bytes) -> Any:
    try:
        return decode(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation("The subgraph sent a message that is not JSON.") from error
