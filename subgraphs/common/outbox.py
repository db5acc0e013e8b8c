"""Events are written in the transaction of the change they tell: both are there, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from .ids import new_id
from .logs import request_id
from .models import OutboxRow, table_of
from .topics import stream_of

# The relay listens on it.
CHANNEL = "waybill_outbox"
# One statement both writes the event and tells the relay.
_EMIT = insert(table_of(OutboxRow)).returning(func.pg_notify(CHANNEL, ""))


async def emit(
    session: AsyncSession | AsyncConnection,
    topic: str,
    key: UUID,
    payload: Mapping[str, Any],
    *,
    tenant: str,
) -> UUID:
    """Write an event about the object `key` and wake the relay at commit; returns the event's id."""
    stream_of(topic)
    event_id = new_id(like=key)
    row = {
        "id": event_id,
        "tenant_id": tenant,
        "topic": topic,
        "key": key,
        "payload": dict(payload),
        "request_id": request_id.get() or None,
    }
    await session.execute(_EMIT, row, execution_options={"label": "emit"})
    return event_id
