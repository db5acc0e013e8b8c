"""Events of orders → assignments: riders learn of an order when it is placed, and of each of its statuses.

What orders says of who delivers decides whether a rider is looked for: never while a provider has the order,
or the vendor's rule is PROVIDER. Orders from before it said so are delivered by riders, as they were.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.database import Shards
from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.events import Event, first_time
from subgraphs.common.models import table_of
from subgraphs.common.write_once import written_once

from .assignments import lock_assignment, tell
from .models import AssignmentRow
from .statuses import CARRIED, OVER, AssignmentStatus, OrderStatus

CONSUMER = "riders.orders"
DELIVERY = "order.delivery"
_ASSIGNMENTS = table_of(AssignmentRow)
_INSERT = insert(_ASSIGNMENTS)
_CHANGING = ("order_status", "pickup_lat", "pickup_lon", "lat", "lon")
# An event that says nothing of them, as those from before do, changes nothing.
_KEPT = ("delivery_rule", "riders_offers", "delivered_by", "prep_minutes")
_UPSERT = written_once(
    _INSERT.on_conflict_do_update(
        index_elements=["order_id"],
        set_={
            **{name: _INSERT.excluded[name] for name in _CHANGING},
            **{name: func.coalesce(_INSERT.excluded[name], _ASSIGNMENTS.c[name]) for name in _KEPT},
        },
    ),
    ("order_id", "tenant_id", "customer_id", "vendor_id", *_CHANGING, *_KEPT),
)
S = AssignmentStatus
_ENDED = frozenset({S.COMPLETED, S.CANCELLED, S.PROVIDER})


async def track_order(shards: Shards, event: Event) -> AssignmentRow | None:
    """Apply an event once; returns the order as it is now, None if nobody has told of it yet."""
    async with shards.transaction(event.key, CONSUMER) as session:
        first = await first_time(session, CONSUMER, event)
        if first and event.topic != DELIVERY:
            await session.execute(_UPSERT, _values(event))
        row = await lock_assignment(session, event.key)
        if first and row is not None:
            if event.topic == DELIVERY:
                _note_delivery(row, event.payload)
            await _follow(session, row)
    return row


def _values(event: Event) -> dict[str, object]:
    payload = event.payload
    pickup = payload.get("vendorLocation") or payload.get("pickup") or {}
    address = payload["deliveryAddress"]
    return {
        "order_id": event.key,
        "tenant_id": event.tenant,
        "customer_id": UUID(payload["customerId"]),
        "vendor_id": UUID(payload["vendorId"]),
        "order_status": payload["status"],
        "pickup_lat": pickup.get("lat"),
        "pickup_lon": pickup.get("lon"),
        "lat": address["lat"],
        "lon": address["lon"],
        "delivery_rule": payload.get("deliveryRule"),
        "riders_offers": payload.get("ridersOffers"),
        "delivered_by": payload.get("deliveredBy"),
        "prep_minutes": payload.get("prepMinutes"),
    }


def _note_delivery(row: AssignmentRow, payload: dict[str, Any]) -> None:
    row.delivery_rule = payload.get("deliveryRule") or row.delivery_rule
    row.riders_offers = payload.get("ridersOffers") or row.riders_offers
    row.delivered_by = payload.get("deliveredBy")


async def _follow(session: AsyncSession, row: AssignmentRow) -> None:
    """Whoever has, or is offered, an order that is over or a provider's has it no more."""
    status = S(row.status)
    if OrderStatus(row.order_status) in OVER:
        await _end(session, row, S.CANCELLED)
    elif row.delivered_by == "PROVIDER" or row.delivery_rule == DeliveryRule.PROVIDER.value:
        await _end(session, row, S.PROVIDER)
    elif status is S.PROVIDER:
        row.status = S.WAITING.value


async def _end(session: AsyncSession, row: AssignmentRow, to: AssignmentStatus) -> None:
    if S(row.status) in _ENDED:
        return
    if row.rider_user_id is not None:
        await tell(session, row, "cancelled")
    if to is S.PROVIDER or S(row.status) not in CARRIED:
        row.rider_id = row.rider_user_id = None
    row.status, row.expires_at = to.value, None
