"""Reading the event streams: consumer groups, at-least-once delivery, handlers that are idempotent by event
id.

    Consumer(valkey, ["catalog"], "search-indexer", handle, settings=settings).run(stop)

`handle` gets a batch; when it fails the batch's events are tried one by one. An event that keeps failing
goes to the dead letters after `events_attempts` deliveries.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from . import metrics
from .logs import request_id
from .models import ProcessedEventRow, table_of
from .settings import CommonSettings
from .topics import DEAD_LETTERS, STREAM_PREFIX
from .write_once import written_once

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened (`topic`) to which object (`key`), because of which request."""

    id: UUID
    topic: str
    key: UUID
    tenant: str
    payload: dict[str, Any]
    at: datetime
    request_id: str = ""

    @classmethod
    def read(cls, fields: dict[str, str]) -> Event:
        """From a stream entry's fields."""
        return cls(
            UUID(fields["id"]),
            fields["topic"],
            UUID(fields["key"]),
            fields["tenant"],
            orjson.loads(fields["payload"]),
            datetime.fromisoformat(fields["at"]),
            fields.get("request", ""),
        )

    def fields(self) -> dict[str, str]:
        """As a stream entry's fields."""
        return {
            "id": str(self.id),
            "topic": self.topic,
            "key": str(self.key),
            "tenant": self.tenant,
            "payload": orjson.dumps(self.payload).decode(),
            "at": self.at.isoformat(),
            "request": self.request_id,
        }

    @contextmanager
    def logged(self) -> Iterator[None]:
        """What is logged or emitted in the block belongs to the event's request."""
        token = request_id.set(self.request_id)
        try:
            yield
        finally:
            request_id.reset(token)


Handle = Callable[[Sequence[Event]], Awaitable[None]]
_Entry = tuple[str, dict[str, str]]
_PROCESSED = table_of(ProcessedEventRow)
# A member looks so many times while an event becomes old enough to be taken over.
_LOOKS = 4
_NOTE = written_once(
    insert(_PROCESSED).on_conflict_do_nothing().returning(_PROCESSED.c.event_id),
    ("event_id", "consumer", "tenant_id"),
)


async def first_time(session: AsyncSession, consumer: str, event: Event) -> bool:
    """Note in the handler's own transaction that the event is applied; False if it was before."""
    note = {"event_id": event.id, "consumer": consumer, "tenant_id": event.tenant}
    result = await session.execute(_NOTE, note, execution_options={"label": "first_time"})
    return result.first() is not None


class Consumer:
    """One member of a consumer group over the streams of some subgraphs."""

    def __init__(
        self, valkey: Redis, subgraphs: Sequence[str], group: str, handle: Handle, *, settings: CommonSettings
    ) -> None:
        self._valkey, self._group, self._handle, self._settings = valkey, group, handle, settings
        self._streams = [STREAM_PREFIX + name for name in subgraphs]
        # A restarted process is a new member; what the old one left is claimed when idle.
        self._member = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"
        self._claimed_at = -inf

    async def run(self, stop: asyncio.Event) -> None:
        """Handle events until `stop` is set; outlives Valkey's restarts and losses of its data."""
        while not stop.is_set():
            try:
                await self.prepare()
                while not stop.is_set():
                    await self.step()
            except (RedisError, OSError) as error:
                logger.warning("event stream lost", extra={"group": self._group, "reason": str(error)})
                await _pause(stop, 1.0)

    async def step(self, block_ms: int = 1000) -> int:
        """Handle what waits: first what others left unfinished, then new events; returns how many."""
        claimed = await self._take_over()
        answers: Any = await self._valkey.xreadgroup(
            self._group,
            self._member,
            dict.fromkeys(self._streams, ">"),
            count=self._settings.events_batch,
            block=block_ms,
        )
        pairs = answers.items() if isinstance(answers, dict) else answers or []
        return claimed + sum(
            [await self._handle_entries(stream, _flat(entries)) for stream, entries in pairs]
        )

    async def _take_over(self) -> int:
        """Handle what others left; no need to look more often than something can become theirs no more."""
        now = time.monotonic()
        if now - self._claimed_at < self._settings.events_idle_ms / 1000 / _LOOKS:
            return 0
        self._claimed_at = now
        return sum([await self._handle_entries(name, await self._claim(name)) for name in self._streams])

    async def prepare(self) -> None:
        """Make the consumer groups where they are not there yet."""
        for stream in self._streams:
            try:
                await self._valkey.xgroup_create(stream, self._group, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def _claim(self, stream: str) -> list[_Entry]:
        answer: Any = await self._valkey.xautoclaim(
            stream,
            self._group,
            self._member,
            self._settings.events_idle_ms,
            count=self._settings.events_batch,
        )
        return [entry for entry in answer[1] if entry[1]]

    async def _handle_entries(self, stream: str, entries: list[_Entry]) -> int:
        if not entries:
            return 0
        done = await self._try(stream, entries)
        if not done and len(entries) > 1:
            for entry in entries:
                await self._try(stream, [entry])
        return len(entries)

    async def _try(self, stream: str, entries: list[_Entry]) -> bool:
        try:
            await self._handle([Event.read(fields) for _, fields in entries])
        except Exception as error:
            metrics.events_handled.labels(self._group, "failed").inc(len(entries))
            logger.exception("events not handled", extra={"group": self._group, "events": len(entries)})
            if len(entries) == 1:
                await self._give_up_if_hopeless(stream, entries[0], error)
            return False
        await self._valkey.xack(stream, self._group, *[id for id, _ in entries])
        metrics.events_handled.labels(self._group, "done").inc(len(entries))
        return True

    async def _give_up_if_hopeless(self, stream: str, entry: _Entry, error: Exception) -> None:
        id, fields = entry
        pending: Any = await self._valkey.xpending_range(stream, self._group, id, id, 1)
        if not pending or pending[0]["times_delivered"] < self._settings.events_attempts:
            return
        letter = {
            **fields,
            "stream": stream,
            "group": self._group,
            "reason": f"{type(error).__name__}: {error}",
        }
        await self._valkey.xadd(DEAD_LETTERS, letter, maxlen=self._settings.events_kept)  # type: ignore[arg-type]
        await self._valkey.xack(stream, self._group, id)


def _flat(entries: Any) -> list[_Entry]:
    """RESP3 clients nest a stream's entries in one more list."""
    return (
        entries[0]
        if entries and isinstance(entries[0], list) and not isinstance(entries[0][0], str)
        else entries
    )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
