"""Keeps each rider's own list of assignments, on his shard: news of assignments in, rows of his list out.

News may come twice, and late: a rider's own step is noted at once, and told by its event once more. The
assignment's version says which is the younger.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from subgraphs.common.database import Shards
from subgraphs.common.models import table_of
from subgraphs.common.write_once import written_once

from .assignments import News, assignment_payload
from .models import AssignmentRow, OwnAssignmentRow
from .statuses import OwnStatus

_OWN = table_of(OwnAssignmentRow)
_INSERT = insert(_OWN)
_CHANGING = ("status", "version", "offered_at", "expires_at", "accepted_at", "picked_up_at", "ended_at")
_GIVEN = (
    *("rider_id", "order_id", "tenant_id", "vendor_id", "pickup_lat", "pickup_lon", "lat", "lon"),
    *_CHANGING,
)
_UPSERT = written_once(
    _INSERT.on_conflict_do_update(
        index_elements=["rider_id", "order_id"],
        set_={name: _INSERT.excluded[name] for name in _CHANGING},
        where=_OWN.c.version < _INSERT.excluded.version,
    ),
    _GIVEN,
)
_ENDED = frozenset({"completed", "declined", "expired", "cancelled"})
_KNOWN = frozenset(status.value.lower() for status in OwnStatus)


async def note_news(shards: Shards, news: News, at: datetime | None = None) -> bool:
    """Note news in the list of the rider whom they name; `at`: when it happened, now unless told.

    False where there is no such list: news of nobody, or from before there were versions.
    """
    payload = news.payload
    if news.what not in _KNOWN or payload["riderId"] is None or payload.get("version") is None:
        return False
    rider_id = UUID(payload["riderId"])
    async with shards.transaction(rider_id, "own_assignment") as session:
        await session.execute(_UPSERT, _values(rider_id, news, at or datetime.now(UTC)))
    return True


async def note_present(shards: Shards, row: AssignmentRow) -> None:
    """Note how an assignment stands that a rider has now, as its row says."""
    await note_news(shards, News(row.tenant_id, row.status.lower(), assignment_payload(row)))


def _values(rider_id: UUID, news: News, at: datetime) -> dict[str, object]:
    payload = news.payload
    pickup, address = payload["pickup"] or {}, payload["deliveryAddress"]
    return {
        "rider_id": rider_id,
        "order_id": UUID(payload["orderId"]),
        "tenant_id": news.tenant,
        "vendor_id": UUID(payload["vendorId"]),
        "pickup_lat": pickup.get("lat"),
        "pickup_lon": pickup.get("lon"),
        "lat": address["lat"],
        "lon": address["lon"],
        "status": news.what.upper(),
        "version": payload["version"],
        "offered_at": _time(payload["offeredAt"]) or at,
        "expires_at": _time(payload["expiresAt"]),
        "accepted_at": _time(payload["acceptedAt"]),
        "picked_up_at": _time(payload["pickedUpAt"]),
        "ended_at": at if news.what in _ENDED else None,
    }


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
