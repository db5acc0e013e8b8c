"""Events of orders → assignments: riders learn of an order when it is placed, and of each of its statuses."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.database import Shards
from subgraphs.common.events import Event, first_time
from subgraphs.common.models import table_of
from subgraphs.common.outbox import emit
from subgraphs.common.write_once import written_once

from .deliver import assignment_payload, lock_assignment
from .models import AssignmentRow
from .statuses import LOST, AssignmentStatus, OrderStatus

CONSUMER = "riders.orders"
_INSERT = insert(table_of(AssignmentRow))
_CHANGING = ("order_status", "pickup_lat", "pickup_lon", "lat", "lon")
_UPSERT = written_once(
    _INSERT.on_conflict_do_update(
        index_elements=["order_id"], set_={name: _INSERT.excluded[name] for name in _CHANGING}
    ),
    ("order_id", "tenant_id", "customer_id", "vendor_id", *_CHANGING),
)
_ENDED = (AssignmentStatus.COMPLETED.value, AssignmentStatus.CANCELLED.value)


async def track_order(shards: Shards, event: Event) -> OrderStatus | None:
    """Apply an event once; returns the order's present status."""
    async with shards.transaction(event.key, CONSUMER) as session:
        if await first_time(session, CONSUMER, event):
            await _apply(session, event)
        row = await lock_assignment(session, event.key)
    return OrderStatus(row.order_status) if row else None


async def _apply(session: AsyncSession, event: Event) -> None:
    await session.execute(_UPSERT, _values(event))
    if OrderStatus(event.payload["status"]) in LOST:
        await _cancel(session, event.key)


def _values(event: Event) -> dict[str, object]:
    payload = event.payload
    pickup, address = payload.get("pickup") or {}, payload["deliveryAddress"]
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
    }


async def _cancel(session: AsyncSession, order_id: UUID) -> None:
    row = await lock_assignment(session, order_id)
    if row is None or row.status in _ENDED:
        return
    this = AssignmentRow.order_id == order_id
    change = update(AssignmentRow).where(this).values(status=AssignmentStatus.CANCELLED.value)
    await session.execute(change, execution_options={"synchronize_session": False})
    if row.rider_user_id is not None:
        payload = assignment_payload(row)
        await emit(session, "assignment.cancelled", order_id, payload, tenant=row.tenant_id)
