"""The job queue in Valkey (streaq): one job an order, under the order's id, so that it is enqueued once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from anyio import CancelScope
from streaq import StreaqRetry, Worker

from subgraphs.common.logs import request_id

from ..settings import OrdersSettings

logger = logging.getLogger(__name__)

# Does the work of a job; returns the seconds after which to do it again, None if it is done.
Work = Callable[[UUID], Awaitable[float | None]]
# After an exception nobody foresaw (a database that is away), until the job is tried again.
TROUBLE_SECONDS = 5.0


class _StoppableWorker(Worker[None]):
    """Stops by an event of the process, whose signals other coroutines share."""

    stop: asyncio.Event | None = None

    async def signal_handler(self, scope: CancelScope) -> None:
        """Called by streaq where it would wait for signals."""
        if self.stop is not None:
            await self.stop.wait()
            scope.cancel("stopped")


class DispatchQueue:
    """For putting jobs in (`async with queue: await queue.enqueue({id: request})`) and working them off."""

    def __init__(self, settings: OrdersSettings, work: Work | None = None) -> None:
        self._worker = _StoppableWorker(
            redis_url=settings.valkey_url,
            queue_name=settings.queue,
            concurrency=settings.dispatch_concurrency,
            # Few jobs wait inside a process: those wait in the queue, where an idle worker may take them.
            prefetch=4,
            idle_timeout=timedelta(seconds=settings.dispatch_idle_seconds),
            serializer=_encode,
            deserializer=orjson.loads,
        )
        self._work = work
        self._task = self._worker.task(name="dispatch_order", max_tries=None, silent=True)(self._dispatch)

    async def __aenter__(self) -> DispatchQueue:
        """Connect, for enqueuing."""
        await self._worker.__aenter__()
        return self

    async def __aexit__(self, *details: Any) -> None:
        """Disconnect."""
        await self._worker.__aexit__(*details)

    async def enqueue(self, orders: Mapping[UUID, str]) -> None:
        """Put orders' jobs in, in one round trip, each for a request's id; an order that has one keeps it."""
        tasks = [self._task.enqueue(str(order_id), request) for order_id, request in orders.items()]
        for task, order_id in zip(tasks, orders, strict=True):
            task.id = order_id.hex
        await self._worker.enqueue_many(tasks)

    async def run(self, stop: asyncio.Event) -> None:
        """Work jobs off until `stop` is set."""
        self._worker.stop = stop
        await self._worker.run_async()

    async def _dispatch(self, order_id: str, request: str = "") -> None:
        assert self._work is not None
        request_id.set(request)
        try:
            delay = await self._work(UUID(order_id))
        except Exception as error:
            logger.exception("job failed", extra={"order": order_id})
            raise StreaqRetry(delay=timedelta(seconds=TROUBLE_SECONDS)) from error
        if delay is not None:
            raise StreaqRetry(delay=timedelta(seconds=delay))


def _encode(data: Any) -> bytes:
    # A failed job's result is its exception, of which the text is enough.
    return orjson.dumps(data, default=str)
