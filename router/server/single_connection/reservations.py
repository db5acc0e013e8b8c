"""The streams of a process, by their tokens: PUT reserves, GET opens, POST executes, DELETE stops.

Protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. A stream lives in the process that
reserved it: before several, a load balancer finds it by the name that tokens begin with (`instance`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from ...errors import RequestError
from ...traffic.messages import GraphQLRequest, SingleResult
from ..exchange.context import ServerContext
from .operation import StreamedOperation
from .stream import ReservedStream

TOKEN_HEADER = "x-graphql-event-stream-token"


def token_of(headers: Mapping[str, str], query_string: bytes) -> str | None:
    """The token of a request: a header, or for browsers' ``EventSource`` a parameter of the URL."""
    return headers.get(TOKEN_HEADER) or parameter(query_string, "token")


def parameter(query_string: bytes, name: str) -> str | None:
    """One parameter of a URL."""
    return parse_qs(query_string.decode("latin-1")).get(name, [None])[0] if query_string else None


class Reservations:
    """All reserved and open streams."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._streams: dict[str, ReservedStream] = {}

    def reserve(self) -> str:
        """A new stream's token. A stream that nobody opens in time is given up."""
        settings = self._context.settings
        if len(self._streams) >= settings.event_streams:
            raise RequestError("TOO_MANY_STREAMS", "No more event streams are reserved at the moment.")
        siblings = self._context.siblings
        stream = ReservedStream(settings.instance, "" if siblings is None else siblings.mark)
        self._streams[stream.token] = stream
        loop = asyncio.get_running_loop()
        loop.call_later(settings.event_stream_reservation, self._give_up, stream)
        return stream.token

    def _give_up(self, stream: ReservedStream) -> None:
        if not stream.is_open and self._streams.pop(stream.token, None) is not None:
            for task in stream.operations.values():
                task.cancel()

    def find(self, token: str) -> ReservedStream:
        """The stream of a token; a coded error for one that is unknown or over."""
        stream = self._streams.get(token)
        if stream is None:
            raise RequestError("STREAM_NOT_FOUND", "No event stream has this token. Reserve one by PUT.")
        return stream

    def open(self, token: str) -> ReservedStream:
        """Take a reserved stream; only one client may."""
        stream = self.find(token)
        if stream.is_open:
            raise RequestError("STREAM_TAKEN", "The event stream of this token is open already.")
        stream.is_open = True
        return stream

    async def close(self, stream: ReservedStream) -> None:
        """The client is gone, or the process ends."""
        self._streams.pop(stream.token, None)
        await stream.close()

    async def execute(self, stream: ReservedStream, request: GraphQLRequest) -> SingleResult | None:
        """Start an operation; the answer if it is refused, None when its events go to the stream."""
        operation_id = operation_id_of(request.extensions)
        if operation_id in stream.operations:
            raise RequestError("OPERATION_EXISTS", f"An operation {operation_id!r} runs on this stream.")
        limit = self._context.settings.websocket_operations
        if len(stream.operations) >= limit:
            raise RequestError("TOO_MANY_OPERATIONS", f"At most {limit} operations run at once on a stream.")
        operation = StreamedOperation(self._context, stream, operation_id, request)
        stream.operations[operation_id] = asyncio.ensure_future(operation.run())
        return await operation.refusal


def operation_id_of(extensions: Mapping[str, Any] | None) -> str:
    """``extensions.operationId``, by which the client tells events apart."""
    operation_id = (extensions or {}).get("operationId")
    if not isinstance(operation_id, str) or not operation_id:
        raise RequestError("INVALID_REQUEST", "`extensions.operationId` must be a string that is not empty.")
    return operation_id
