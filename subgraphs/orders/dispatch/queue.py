"""The job queue in Valkey (streaq): one job an order, under the order's id, so that it is enqueued once.

Another one takes it back: the first, if it is still there, would keep it from being enqueued.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from anyio import CancelScope
from coredis import exceptions as coredis
from streaq import StreaqRetry, Worker

from subgraphs.common import metrics
from subgraphs.common.background import note_failure
from subgraphs.common.describe_error import describe
from subgraphs.common.logs import request_id

from ..settings import OrdersSettings

logger = logging.getLogger(__name__)

# Does the work of a job; returns the seconds after which to do it again, None if it is done.
Work = Callable[[UUID], Awaitable[float | None]]
# After an exception nobody foresaw (a database that is away), until the job is tried again.
TROUBLE_SECONDS = 5.0
# Behind the order's id in the id of the job that takes it back.
_BACK = "-back"
_AWAY = (
    coredis.ConnectionError,
    coredis.ReadOnlyError,
    coredis.TryAgainError,
    coredis.ClusterDownError,
    OSError,
)


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
        async with _answering():
            await self._worker.__aenter__()
        return self

    async def __aexit__(self, *details: Any) -> None:
        """Disconnect."""
        await self._worker.__aexit__(*details)

    async def enqueue(self, orders: Mapping[UUID, str], *, taking_back: bool = False) -> None:
        """Put orders' jobs in, in one round trip, each for a request's id; an order that has one keeps it."""
        tasks = [self._task.enqueue(str(order_id), request) for order_id, request in orders.items()]
        for task, order_id in zip(tasks, orders, strict=True):
            task.id = f"{order_id.hex}{_BACK if taking_back else ''}"
        async with _answering():
            await self._worker.enqueue_many(tasks)

    async def run(self, stop: asyncio.Event) -> None:
        """Work jobs off until `stop` is set."""
        self._worker.stop = stop
        async with _answering():
            await self._worker.run_async()

    async def _dispatch(self, order_id: str, request: str = "") -> None:
        assert self._work is not None
        request_id.set(request)
        try:
            id = UUID(order_id)
        except ValueError:  # no order ever had it, however often it were tried
            metrics.skipped.labels("dispatch job").inc()
            return
        try:
            delay = await self._work(id)
        except Exception as error:
            note_failure(logger, "job failed", error, order=order_id)
            raise StreaqRetry(delay=timedelta(seconds=TROUBLE_SECONDS)) from error
        if delay is not None:
            raise StreaqRetry(delay=timedelta(seconds=delay))


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Streaq's client has words of its own for a Valkey that is away: say it as all others do."""
    try:
        yield
    except (*_AWAY, BaseExceptionGroup) as error:
        others = error.split(_AWAY)[1] if isinstance(error, BaseExceptionGroup) else None
        if others is not None:
            raise
        raise ConnectionError(type(error).__name__) from error


def _encode(data: Any) -> bytes:
    return orjson.dumps(data, default=_told)


def _told(value: object) -> str:
    # A failed job's result is its exception, of which this is enough.
    return describe(value) if isinstance(value, BaseException) else str(value)
