"""The outbox relay: events from each shard's outbox to Valkey's streams, at least once and in order.

    commit ─► NOTIFY ─► relay wakes (or polls) ─► DELETE a batch ─► XADD it ─► commit

A relay killed between XADD and commit publishes the batch again; consumers know events by their ids. One
relay at a time works on a shard (an advisory lock held for the batch), so several may run.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from redis.asyncio import Redis
from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import JSONB

from . import metrics
from .background import every, keep_running
from .database import Shards
from .dead_letters import bury
from .events import Event
from .logs import configure_logs
from .outbox import CHANNEL
from .process import connect, stop_event
from .settings import CommonSettings
from .topics import stream_of

logger = logging.getLogger(__name__)

# The oldest events, if no other relay has the shard now; gone with the commit, there again without it.
_TAKE = text(
    """
    WITH relay AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('waybill relay')) AS ours),
    oldest AS (
        SELECT seq FROM waybill.outbox, relay WHERE relay.ours
        ORDER BY seq LIMIT :most FOR UPDATE OF outbox SKIP LOCKED
    )
    DELETE FROM waybill.outbox USING oldest WHERE outbox.seq = oldest.seq RETURNING outbox.*
    """
).columns(payload=JSONB)
MEASURE_SECONDS = 5.0
# Counted up to a bound: a long outbox takes the database no more time.
_WAITING = text("SELECT count(*) AS waiting FROM (SELECT FROM waybill.outbox LIMIT 100000) AS counted")


async def run() -> None:
    """Publish until SIGTERM or SIGINT."""
    settings = CommonSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        for shard in connections.shards.all:
            group.create_task(relay_shard(shard, connections.shards, connections.valkey, settings, stop))
            group.create_task(measure_outbox(shard, connections.shards, stop))


async def relay_shard(
    shard: int, shards: Shards, valkey: Redis, settings: CommonSettings, stop: asyncio.Event
) -> None:
    """Publish one shard's events until `stop` is set."""

    async def publish() -> None:
        async with _listening(shards.direct_dsns[shard]) as (connection, woken):
            while not stop.is_set():
                if connection.is_closed():  # alone: the pool's connections may well go on
                    raise ConnectionError("the connection that listens is lost")
                woken.clear()
                while await publish_batch(shard, shards, valkey, settings) == settings.events_batch:
                    pass
                await _wait(stop, woken, settings.events_poll_seconds)

    await keep_running(f"relay of shard {shard}", publish, stop)


async def publish_batch(shard: int, shards: Shards, valkey: Redis, settings: CommonSettings) -> int:
    """Publish the oldest events of a shard; returns how many there were."""
    async with shards.writing_on(shard, "relay") as connection:
        rows = (await connection.execute(_TAKE, {"most": settings.events_batch})).all()
        if rows:
            await _publish(sorted(rows, key=lambda row: row.seq), valkey, settings)
    return len(rows)


async def _publish(rows: Sequence[Row[Any]], valkey: Redis, settings: CommonSettings) -> None:
    async with valkey.pipeline(transaction=False) as pipeline:
        for row in rows:
            try:
                stream, fields = _entry(row)
            except (TypeError, ValueError) as error:
                # Nobody will ever be able to publish it, and all others of the shard wait behind it.
                logger.error("event not published", extra={"event": str(row.id), "topic": row.topic})
                await bury(valkey, _told(row), stream="", group="relay", error=error)
                continue
            pipeline.xadd(stream, fields, maxlen=settings.events_kept, approximate=True)  # type: ignore[arg-type]
            metrics.events_published.labels(stream).inc()
        await pipeline.execute()


def _entry(row: Row[Any]) -> tuple[str, dict[str, str]]:
    event = Event(row.id, row.topic, row.key, row.tenant_id, row.payload, row.at, row.request_id or "")
    return stream_of(row.topic), event.fields()


def _told(row: Row[Any]) -> dict[str, str]:
    told = {name: str(getattr(row, name)) for name in ("id", "topic", "key", "payload", "at")}
    return {**told, "tenant": row.tenant_id, "request": row.request_id or ""}


async def measure_outbox(shard: int, shards: Shards, stop: asyncio.Event) -> None:
    """Tell Prometheus how many events of a shard wait, also while they cannot be published."""

    async def measure() -> None:
        (row,) = await shards.fetch(shard, _WAITING, "outbox_waiting")
        metrics.outbox_waiting.labels(str(shard)).set(row.waiting)

    name = f"measuring the outbox of shard {shard}"
    await keep_running(name, lambda: every(MEASURE_SECONDS, measure, stop), stop)


@asynccontextmanager
async def _listening(dsn: str) -> AsyncIterator[tuple[asyncpg.Connection, asyncio.Event]]:
    """A connection, and an event that is set at every commit with events on the shard and at its loss."""
    woken = asyncio.Event()
    connection = await asyncpg.connect(dsn)
    try:
        await connection.add_listener(CHANNEL, lambda *_: woken.set())
        connection.add_termination_listener(lambda _: woken.set())
        yield connection, woken
    finally:
        await connection.close(timeout=2)


async def _wait(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    waiting = [asyncio.create_task(stop.wait()), asyncio.create_task(woken.wait())]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
