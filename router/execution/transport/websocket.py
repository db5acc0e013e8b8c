"""A subscription to a subgraph over WebSocket, by the ``graphql-transport-ws`` protocol.

Enters: a subgraph's URL and an operation. Leaves: the payload of each ``next`` message, until the subgraph
completes. Closing the iterator ends the subscription at the subgraph.

    connection_init ─> <─ connection_ack   subscribe ─> <─ next … <─ complete | error
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from ..json_codec import decode, encode
from .address import Address, parse_address
from .client import Headers
from .errors import ConnectFailed, ConnectionDropped, DeadlineExceeded, ProtocolViolation, WebSocketRefused
from .event_source import SubscriptionRefused
from .tls import TlsSettings, tls_context

PROTOCOL = Subprotocol("graphql-transport-ws")
_ID = "1"


@dataclass(frozen=True, slots=True)
class WebSocketSettings:
    """Limits of a subscription's connection; seconds and bytes."""

    init_timeout: float = 10.0
    ping_interval: float = 20.0
    max_message_bytes: int = 16 * 1024 * 1024
    max_queued_messages: int = 32
    tls: TlsSettings = field(default_factory=TlsSettings)


async def open_subscription(
    url: str, operation: Mapping[str, Any], headers: Headers, settings: WebSocketSettings
) -> Subscription:
    """Connect and subscribe; TransportError if the subgraph does not get as far as an acknowledgement."""
    socket = await _connect(parse_address(url), headers, settings)
    try:
        async with asyncio.timeout(settings.init_timeout):
            await _send(socket, {"type": "connection_init", "payload": dict(headers.items)})
            await _await_ack(socket)
            await _send(socket, {"type": "subscribe", "id": _ID, "payload": operation})
    except TimeoutError as error:
        await socket.close()
        raise DeadlineExceeded("The subgraph did not acknowledge the connection in time.") from error
    except BaseException:
        await socket.close()
        raise
    return Subscription(socket)


async def _connect(address: Address, headers: Headers, settings: WebSocketSettings) -> ClientConnection:
    origin = address.origin
    scheme = "wss" if origin.tls else "ws"
    options: dict[str, Any] = {
        "subprotocols": [PROTOCOL],
        "additional_headers": list(headers.items),
        "open_timeout": settings.init_timeout,
        "ping_interval": settings.ping_interval,
        "max_size": settings.max_message_bytes,
        "max_queue": settings.max_queued_messages,
        "compression": None,
    }
    uri = f"{scheme}://{address.authority}{address.target}"
    try:
        if origin.unix_path is not None:
            return await unix_connect(origin.unix_path, uri, **options)
        tls = tls_context(settings.tls) if origin.tls else None
        return await connect(uri, proxy=None, ssl=tls, **options)
    except InvalidHandshake as error:
        raise WebSocketRefused(f"The subgraph does not speak WebSocket: {error}") from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise ConnectFailed(f"The subgraph can't be reached: {error}") from error


async def _send(socket: ClientConnection, message: Mapping[str, Any]) -> None:
    try:
        await socket.send(encode(message).decode())
    except ConnectionClosed as error:
        raise ConnectionDropped("The subgraph closed the connection.") from error


async def _receive(socket: ClientConnection) -> dict[str, Any]:
    """Read the next message of the operation; answer pings on the way."""
    while True:
        try:
            message = decode(await _message(socket))
        except ConnectionClosed as error:
            raise ConnectionDropped("The subgraph closed the connection.") from error
        except (ValueError, RecursionError) as error:
            raise ProtocolViolation("The subgraph sent a message that is not JSON.") from error
        if not isinstance(message, dict):
            raise ProtocolViolation("The subgraph sent a message that is not an object.")
        if message.get("type") == "ping":
            await _send(socket, {"type": "pong"})
        elif message.get("type") != "pong":
            return message


async def _message(socket: ClientConnection) -> bytes:
    """Read one message. Its empty fragments, of which there may be any number, are not kept."""
    pieces = socket.recv_streaming(decode=False)
    return b"".join([piece async for piece in pieces if piece])


async def _await_ack(socket: ClientConnection) -> None:
    message = await _receive(socket)
    if message.get("type") != "connection_ack":
        raise ProtocolViolation("The subgraph did not acknowledge the connection.")


class Subscription:
    """An open subscription: iterate over its payloads, then close it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ended = False

    async def payloads(self) -> AsyncIterator[Any]:
        """Give each ``next`` message's payload.

        Raises SubscriptionRefused for an ``error`` message, TransportError if the connection breaks.
        """
        while True:
            message = await _receive(self._socket)
            match message.get("type"):
                case "next":
                    yield message.get("payload")
                case "complete":
                    self._ended = True
                    return
                case "error":
                    self._ended = True
                    errors = message.get("payload")
                    raise SubscriptionRefused(errors if isinstance(errors, list) else [])
                case _:
                    raise ProtocolViolation("The subgraph sent a message of an unknown type.")

    async def close(self) -> None:
        """Tell the subgraph that nobody listens any more, and disconnect."""
        if not self._ended:
            self._ended = True
            with suppress(ConnectionDropped):
                await _send(self._socket, {"type": "complete", "id": _ID})
        await self._socket.close()
