"""Events are written in the transaction of the change they tell: both are there, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CTE, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from .ids import new_id
from .logs import request_id
from .models import OutboxRow, table_of
from .topics import stream_of

# The relay listens on it.
CHANNEL = "waybill_outbox"
_OUTBOX = table_of(OutboxRow)
# One statement both writes the event and tells the relay.
_EMIT = insert(_OUTBOX).returning(func.pg_notify(CHANNEL, ""))
_GIVEN = ("id", "tenant_id", "topic", "key", "payload", "request_id")


async def emit(
    session: AsyncSession | AsyncConnection,
    topic: str,
    key: UUID,
    payload: Mapping[str, Any],
    *,
    tenant: str,
) -> UUID:
    """Write an event about the object `key` and wake the relay at commit; returns the event's id."""
    row = _row(topic, key, payload, tenant)
    await session.execute(_EMIT, row, execution_options={"label": "emit"})
    return cast("UUID", row["id"])


def emission(source: CTE) -> CTE:
    """A part of a larger statement: an event for each row of another part, by `emission_parameters`."""
    values = [bindparam(f"event_{name}", type_=_OUTBOX.c[name].type) for name in _GIVEN]
    written = insert(_OUTBOX).from_select(_GIVEN, select(*values).select_from(source))
    return written.returning(func.pg_notify(CHANNEL, "")).cte("the_event")


def emission_parameters(
    topic: str, key: UUID, payload: Mapping[str, Any], *, tenant: str
) -> dict[str, object]:
    """The event that an `emission` writes."""
    return {f"event_{name}": value for name, value in _row(topic, key, payload, tenant).items()}


def _row(topic: str, key: UUID, payload: Mapping[str, Any], tenant: str) -> dict[str, object]:
    stream_of(topic)
    return {
        "id": new_id(like=key),
        "tenant_id": tenant,
        "topic": topic,
        "key": key,
        "payload": dict(payload),
        "request_id": request_id.get() or None,
    }
