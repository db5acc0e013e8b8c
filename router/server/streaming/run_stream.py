"""A stream of responses to one client: heartbeats in silence, an end when either side ends it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from starlette.types import Receive

from ...errors import RequestError
from ..exchange.context import ServerContext
from ..exchange.reply import Reply
from .formats import StreamFormat

logger = logging.getLogger(__name__)


class ResponseStream:
    """One open stream; ``run`` returns when it has ended."""

    def __init__(self, context: ServerContext, form: StreamFormat, receive: Receive, reply: Reply) -> None:
        self._context = context
        self._form = form
        self._receive = receive
        self._reply = reply
        self._last_sent = 0.0
        self.refusal: RequestError | None = None
        """Why the operation was ended before its time, if it was."""

    async def run(self, events: AsyncIterator[bytes]) -> None:
        """Send all events; ends with them, with the client, or with the process."""
        metrics, transport = self._context.metrics, self._form.transport
        metrics.stream(transport, +1)
        try:
            await self._open()
            await self._run(events)
        finally:
            metrics.stream(transport, -1)
            await close_events(events)

    async def _open(self) -> None:
        headers = [
            (b"content-type", self._form.content_type),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await self._reply.start(200, headers)
        await self._write(self._form.opening())

    async def _run(self, events: AsyncIterator[bytes]) -> None:
        """Whatever ends first ends the stream."""
        writing = asyncio.ensure_future(self._send_events(events))
        others = [
            asyncio.ensure_future(waiting)
            for waiting in (self._client_gone(), self._context.drain.wait(), self._beat())
        ]
        try:
            await asyncio.wait([writing, *others], return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                await self._finish(writing)
            elif self._context.drain.stopping:
                await self._interrupt(RequestError("SHUTTING_DOWN", "The server restarts; subscribe again."))
        finally:
            await cancel_all([writing, *others])

    async def _finish(self, writing: asyncio.Future[None]) -> None:
        error = writing.exception()
        if error is None:
            await self._write(self._form.completed(), more=False)
        elif isinstance(error, RequestError):
            self.refusal = error
            await self._write(self._form.refused(error), more=False)
        elif not isinstance(error, OSError):
            logger.error("A stream broke off", exc_info=error)
            await self._interrupt(RequestError("INTERNAL_SERVER_ERROR", "The stream broke off."))

    async def _interrupt(self, error: RequestError) -> None:
        await self._write(self._form.interrupted(error), more=False)

    async def _send_events(self, events: AsyncIterator[bytes]) -> None:
        async for body in events:
            await self._write(self._form.response(body))
            self._context.metrics.event(self._form.transport)

    async def _write(self, chunk: bytes, *, more: bool = True) -> None:
        self._last_sent = time.monotonic()
        await self._reply.write(chunk, more=more)

    async def _client_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _beat_once(self) -> None:
        if self._form.heartbeat:
            await self._write(self._form.heartbeat)
        self._last_sent = time.monotonic()

    async def _beat(self) -> None:
        pause = self._context.settings.stream_heartbeat
        while True:
            silent_for = time.monotonic() - self._last_sent
            if silent_for >= pause:
                await self._beat_once()
                silent_for = 0.0
            await asyncio.sleep(pause - silent_for)


async def cancel_all(tasks: list[asyncio.Future[Any]]) -> None:
    """Cancel what still runs, and wait until it has ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def close_events(events: AsyncIterator[bytes]) -> None:
    """End the source of a stream (generators end by ``aclose``)."""
    close: Any = getattr(events, "aclose", None)
    if close is not None:
        closing: Awaitable[None] = close()
        with contextlib.suppress(Exception):
            await closing


async def once(body: bytes) -> AsyncIterator[bytes]:
    """A single response as a stream, for clients that read nothing else."""
    yield body
