"""Reading the event streams: consumer groups, at-least-once delivery, handlers that are idempotent by event
id.

    Consumer(valkey, ["catalog"], "search-indexer", handle, settings=settings).run(stop)

`handle` gets a batch; what happens when it fails is `StreamGroup`'s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .logs import request_id
from .models import ProcessedEventRow, table_of
from .settings import CommonSettings
from .stream_group import StreamGroup
from .topics import STREAM_PREFIX
from .write_once import written_once


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
    def read(cls, fields: Mapping[str, str]) -> Event:
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
_PROCESSED = table_of(ProcessedEventRow)
_NOTE = written_once(
    insert(_PROCESSED).on_conflict_do_nothing().returning(_PROCESSED.c.event_id),
    ("event_id", "consumer", "tenant_id"),
)


async def first_time(session: AsyncSession, consumer: str, event: Event) -> bool:
    """Note in the handler's own transaction that the event is applied; False if it was before."""
    note = {"event_id": event.id, "consumer": consumer, "tenant_id": event.tenant}
    result = await session.execute(_NOTE, note, execution_options={"label": "first_time"})
    return result.first() is not None


class Consumer(StreamGroup):
    """One member of a consumer group over the streams of some subgraphs."""

    def __init__(
        self, valkey: Redis, subgraphs: Sequence[str], group: str, handle: Handle, *, settings: CommonSettings
    ) -> None:
        async def handle_entries(entries: Sequence[Mapping[str, str]]) -> None:
            await handle([Event.read(fields) for fields in entries])

        streams = [STREAM_PREFIX + name for name in subgraphs]
        super().__init__(valkey, streams, group, handle_entries, settings=settings)
