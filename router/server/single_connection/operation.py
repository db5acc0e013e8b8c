"""One operation whose results go to an event stream, while its own request is answered 202, or refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import orjson

from ...errors import RequestError
from ...traffic.messages import GraphQLRequest, GraphQLResult, SingleResult, StreamResult
from ..exchange.context import ServerContext
from ..streaming.formats import one_line
from ..streaming.right import rightful
from ..streaming.run_stream import close_events, once
from .stream import ReservedStream

logger = logging.getLogger(__name__)


class StreamedOperation:
    """``refusal`` is known first: the answer to what cannot be executed, or None: its events come."""

    def __init__(
        self, context: ServerContext, stream: ReservedStream, operation_id: str, request: GraphQLRequest
    ) -> None:
        self._context = context
        self._stream = stream
        self._key = operation_id
        self._id = orjson.dumps(operation_id)
        self._request = request
        self.refusal: asyncio.Future[SingleResult | None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Execute on the engine of the moment, which it keeps to its end; send all events."""
        try:
            with self._context.engines.lease() as engine:
                await self._answer(await engine.execute(self._request))
        except RequestError as error:
            await self._fail(error)
        except Exception:
            logger.exception("An operation failed", extra={"request_id": self._request.request_id})
            await self._fail(RequestError("INTERNAL_SERVER_ERROR", "Internal server error."))
        finally:
            self._accept()
            self._stream.operations.pop(self._key, None)

    async def _answer(self, result: GraphQLResult) -> None:
        if isinstance(result, SingleResult) and result.rejected:
            self.refusal.set_result(result)
            return
        self._accept()
        if isinstance(result, StreamResult):
            await self._send(rightful(result.events, self._request.identity, self._context))
        else:
            await self._send(once(result.body))

    async def _send(self, events: AsyncIterator[bytes]) -> None:
        try:
            async for body in events:
                await self._next(body)
        finally:
            await close_events(events)
        await self._complete()

    def _accept(self) -> None:
        if not self.refusal.done():
            self.refusal.set_result(None)

    async def _fail(self, error: RequestError) -> None:
        """Before the first event the request is refused, later the stream tells."""
        if not self.refusal.done():
            self.refusal.set_exception(error)
            return
        await self._next(error.body())
        await self._complete()

    async def _next(self, body: bytes) -> None:
        payload = one_line(body)
        await self._stream.send(b'event: next\ndata: {"id":' + self._id + b',"payload":' + payload + b"}\n\n")

    async def _complete(self) -> None:
        """The id is free before the client hears of it."""
        self._stream.operations.pop(self._key, None)
        await self._stream.send(b'event: complete\ndata: {"id":' + self._id + b"}\n\n")
