"""The messages of ``graphql-transport-ws``, their direction, and the codes a socket is closed with.

Protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypedDict

import orjson
from starlette.types import Message as AsgiMessage

from ...errors import RequestError
from ..exchange.read_request import parse_json

SUBPROTOCOL = "graphql-transport-ws"

GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
BAD_REQUEST = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_NOT_ACCEPTABLE = 4406
INIT_TIMEOUT = 4408
SUBSCRIBER_EXISTS = 4409
TOO_MANY_INITS = 4429


class ConnectionInit(TypedDict):
    """Client → server: the first message; ``payload`` is the client's own."""

    type: Literal["connection_init"]
    payload: dict[str, Any] | None


class Ping(TypedDict):
    """Both ways; the answer is a pong with the same payload."""

    type: Literal["ping", "pong"]
    payload: dict[str, Any] | None


class Subscribe(TypedDict):
    """Client → server: run an operation under an id; ``payload`` is a GraphQL request."""

    type: Literal["subscribe"]
    id: str
    payload: dict[str, Any]


class Complete(TypedDict):
    """Both ways: the operation of this id has ended."""

    type: Literal["complete"]
    id: str


ClientMessage: TypeAlias = ConnectionInit | Ping | Subscribe | Complete

ACK = '{"type":"connection_ack"}'


class CloseSocket(Exception):
    """A violation of the protocol that ends the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_message(received: AsgiMessage) -> ClientMessage:
    """Read a frame; 4400 for what is no message of a client."""
    text = received.get("text")
    if text is None:
        raise CloseSocket(BAD_REQUEST, "Messages are text, not binary")
    try:
        message = parse_json(text.encode(), "The message")
    except (RequestError, UnicodeEncodeError) as error:
        raise CloseSocket(BAD_REQUEST, "Invalid message: not JSON") from error
    _check_message(message)
    return message  # type: ignore[no-any-return]


def _check_message(message: Any) -> None:
    if not isinstance(message, dict):
        raise CloseSocket(BAD_REQUEST, "Invalid message: not an object")
    payload = message.get("payload")
    match message.get("type"):
        case "connection_init" | "ping" | "pong":
            _expect(payload is None or isinstance(payload, dict), "payload must be an object")
        case "subscribe":
            _check_id(message)
            _expect(isinstance(payload, dict), "payload must be an object")
        case "complete":
            _check_id(message)
        case _:
            raise CloseSocket(BAD_REQUEST, "Invalid message: unknown type")


def _check_id(message: dict[str, Any]) -> None:
    operation_id = message.get("id")
    _expect(isinstance(operation_id, str) and operation_id != "", "id must be a string that is not empty")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CloseSocket(BAD_REQUEST, f"Invalid message: {otherwise}")


def pong_message(payload: Mapping[str, Any] | None) -> str:
    """Both ways: the answer to a ping."""
    return orjson.dumps({"type": "pong", "payload": payload} if payload else {"type": "pong"}).decode()


def next_message(operation_id: bytes, response: bytes) -> str:
    """Server → client: one response. ``operation_id`` is JSON already."""
    return (b'{"id":' + operation_id + b',"type":"next","payload":' + response + b"}").decode()


def error_message(operation_id: bytes, errors: bytes) -> str:
    """Server → client: the operation was refused; ``errors`` is a JSON list."""
    return (b'{"id":' + operation_id + b',"type":"error","payload":' + errors + b"}").decode()


def complete_message(operation_id: bytes) -> str:
    """Server → client: the operation has ended."""
    return (b'{"id":' + operation_id + b',"type":"complete"}').decode()


def errors_of(response: bytes) -> bytes:
    """The ``errors`` of a rejected response."""
    return orjson.dumps(orjson.loads(response)["errors"])
