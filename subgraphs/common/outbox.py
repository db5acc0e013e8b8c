"""Events are written in the transaction of the change they tell: both are there, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import CTE, Text, func, insert, select
from sqlalchemy import cast as cast_to
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from .ids import new_id
from .logs import request_id
from .models import OutboxRow, table_of
from .row_arrays import rows_of
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


def emissions(source: CTE) -> CTE:
    """A part of a larger statement: events, by `emission_parameters`, of the keys that `source` has."""
    (key,) = source.c
    event = rows_of("event", _OUTBOX, _GIVEN, written={"payload": Text})
    values = [cast_to(event.c[name], _OUTBOX.c[name].type) for name in _GIVEN]
    rows = select(*values).select_from(event.join(source, event.c.key == key))
    written = insert(_OUTBOX).from_select(_GIVEN, rows)
    return written.returning(func.pg_notify(CHANNEL, "")).cte("the_events")


def emission_parameters(
    topic: str, payloads: Mapping[UUID, Mapping[str, Any]], *, tenant: str
) -> dict[str, object]:
    """Events of one topic, by the objects' keys, for `emissions`."""
    rows = [_row(topic, key, payload, tenant) for key, payload in payloads.items()]
    for row in rows:
        row["payload"] = orjson.dumps(row["payload"]).decode()
    return {f"event_{name}": [row[name] for row in rows] for name in _GIVEN}


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
