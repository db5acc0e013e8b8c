"""One operation on a socket: its responses, and how it ends."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable

import orjson

from ...errors import RequestError
from ...observation.access_log import AccessEntry
from ...planning.plan import OperationKind
from ...traffic.messages import GraphQLRequest, SingleResult, StreamResult
from ..exchange.context import ServerContext
from ..exchange.read_request import Parameters
from ..exchange.requests import choose_request_id, peer_of
from ..streaming.right import rightful
from ..streaming.run_stream import close_events
from .messages import complete_message, error_message, errors_of, next_message
from .socket import Socket
from .terms import Terms

logger = logging.getLogger(__name__)

EVERYTHING: frozenset[OperationKind] = frozenset({"query", "mutation", "subscription"})


class Operation:
    """A query, mutation or subscription under a client's id."""

    def __init__(
        self,
        context: ServerContext,
        socket: Socket,
        operation_id: str,
        parameters: Parameters,
        terms: Terms,
    ) -> None:
        self._context = context
        self._socket = socket
        self._id = orjson.dumps(operation_id)
        self._parameters = parameters
        self._terms = terms
        self._request_id = choose_request_id(None)
        self._failed = False
        self._codes: tuple[str, ...] = ()
        self.unauthenticated = False
        """Whether it ended with its token, or was refused for that."""

    async def run(self, forget: Callable[[], None]) -> None:
        """Send all responses; ``forget`` is called just before the last message."""
        started = time.perf_counter()
        last = await self._last_message()
        forget()
        await self._socket.send(last)
        self._report(time.perf_counter() - started)

    async def _last_message(self) -> str:
        try:
            return await self._execute()
        except RequestError as error:
            return self._error(error)
        except Exception:
            logger.exception("An operation failed", extra={"request_id": self._request_id})
            return self._error(RequestError("INTERNAL_SERVER_ERROR", "Internal server error."))

    def _error(self, error: RequestError) -> str:
        self._failed, self._codes = True, (error.code,)
        self.unauthenticated = error.code == "UNAUTHENTICATED"
        return error_message(self._id, orjson.dumps([error.as_json()]))

    async def _execute(self) -> str:
        """Run on the engine of the moment; returns the message that ends the operation."""
        request = await self._request()
        with self._context.engines.lease() as engine:
            result = await engine.execute(request)
            if isinstance(result, StreamResult):
                await self._send_events(rightful(result.events, request.identity, self._context))
                return complete_message(self._id)
        return await self._send_single(result)

    async def _request(self) -> GraphQLRequest:
        """The token is looked at anew for each operation: a socket may outlive it."""
        parameters, headers = self._parameters, self._terms.headers
        return GraphQLRequest(
            parameters.query,
            parameters.operation_name,
            parameters.variables,
            parameters.extensions,
            headers,
            await self._context.identify(headers.get("authorization")),
            EVERYTHING,
            self._request_id,
            self._terms.incremental,
            None,
            peer_of(self._socket.scope),
        )

    async def _send_single(self, result: SingleResult) -> str:
        self._failed, self._codes = result.rejected or bool(result.codes), result.codes
        if result.rejected:
            return error_message(self._id, errors_of(result.body))
        await self._socket.send(next_message(self._id, result.body))
        return complete_message(self._id)

    async def _send_events(self, events: AsyncIterator[bytes]) -> None:
        metrics = self._context.metrics
        metrics.stream("websocket", +1)
        try:
            async for body in events:
                await self._socket.send(next_message(self._id, body))
                metrics.event("websocket")
        finally:
            metrics.stream("websocket", -1)
            await close_events(events)

    def _report(self, seconds: float) -> None:
        self._context.report(
            AccessEntry(
                self._request_id,
                "websocket",
                "SUBSCRIBE",
                200,
                seconds,
                self._parameters.operation_name,
                self._failed,
                self._codes,
            )
        )
