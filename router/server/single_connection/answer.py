"""The requests of graphql-sse's single connection mode: what each method answers."""

from __future__ import annotations

from msgspec.structs import replace

from ...errors import RequestError
from ...execution.deferred import IncrementalSpec
from ...planning.plan import OperationKind
from ...traffic.messages import GraphQLRequest
from ..exchange.context import ServerContext
from ..exchange.exchange import Exchange
from ..exchange.negotiate import RESPONSE_JSON
from ..streaming.formats import EventStream
from ..streaming.run_stream import ResponseStream
from .reservations import Reservations, parameter, token_of

BY_GET: frozenset[OperationKind] = frozenset({"query", "subscription"})
BY_POST: frozenset[OperationKind] = frozenset({"query", "mutation", "subscription"})


class EventsAsSent(EventStream):
    """An event stream whose events are whole already: each names its operation."""

    def response(self, body: bytes) -> bytes:
        """The event as it is."""
        return body


class SingleConnection:
    """Answers by method; returns the status."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._reservations = Reservations(context)

    async def reserve(self, exchange: Exchange) -> int:
        """PUT: the token of a new stream."""
        token = self._reservations.reserve()
        await exchange.reply.send(201, [(b"content-type", b"text/plain; charset=utf-8")], token.encode())
        return 201

    async def open(self, exchange: Exchange, token: str) -> int:
        """GET: the stream itself, until either side ends it."""
        stream = self._reservations.open(token)
        exchange.transport = EventsAsSent.transport
        try:
            open_stream = ResponseStream(self._context, EventsAsSent(), exchange.receive, exchange.reply)
            await open_stream.run(stream.events())
        finally:
            await self._reservations.close(stream)
        return 200

    async def execute(self, exchange: Exchange, token: str, request: GraphQLRequest) -> int:
        """POST: 202, and the results on the stream; or why the request is refused."""
        stream = self._reservations.find(token)
        allow = BY_POST if exchange.scope["method"] == "POST" else BY_GET
        spec: IncrementalSpec = request.incremental or "20220824"
        refusal = await self._reservations.execute(stream, replace(request, allow=allow, incremental=spec))
        if refusal is not None:
            exchange.fail(*refusal.codes)
            # Not 200, which plain JSON has for refusals too: the client would wait for events.
            exchange.reply.media_type = RESPONSE_JSON
            return await exchange.reply.single(refusal)
        await exchange.reply.send(202, [], b"")
        return 202

    async def stop(self, exchange: Exchange) -> int:
        """DELETE: end one operation of a stream."""
        query_string = exchange.scope["query_string"]
        token = token_of(exchange.headers, query_string)
        operation_id = parameter(query_string, "operationId")
        if token is None or operation_id is None:
            raise RequestError("INVALID_REQUEST", "DELETE needs a stream's token and an `operationId`.")
        await self._reservations.find(token).stop(operation_id)
        await exchange.reply.send(200, [], b"")
        return 200
