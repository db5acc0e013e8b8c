"""The row of an assignment: locked, changed, and the change told by an event, in one transaction.

Every `assignment.*` event is made here, and names the rider who had the order when it happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.outbox import emit

from .models import AssignmentRow
from .statuses import AssignmentStatus


async def lock_assignment(session: AsyncSession, order_id: UUID) -> AssignmentRow | None:
    """The assignment, locked until the transaction ends."""
    query = select(AssignmentRow).where(AssignmentRow.order_id == order_id).with_for_update()
    return (await session.scalars(query)).first()


@dataclass(frozen=True, slots=True)
class News:
    """What has happened to an assignment, as `assignment.{what}` tells it."""

    tenant: str
    what: str
    payload: dict[str, Any]


async def tell(session: AsyncSession, row: AssignmentRow, what: str) -> News:
    """Tell what has happened to a locked assignment."""
    row.version += 1
    news = News(row.tenant_id, what, assignment_payload(row))
    await emit(session, f"assignment.{what}", row.order_id, news.payload, tenant=row.tenant_id)
    return news


async def take_back(session: AsyncSession, row: AssignmentRow, what: str) -> News | None:
    """Take the order from the rider it was offered to, and tell so; it waits for the next one.

    None where he has not heard of it yet: there is no news for him, and he shall not be the next one.
    """
    news = None
    if row.status == AssignmentStatus.OFFERED.value:
        news = await tell(session, row, what)
    elif row.rider_id:
        row.tried = [*row.tried, row.rider_id]
    row.status, row.rider_id, row.rider_user_id = AssignmentStatus.WAITING.value, None, None
    row.expires_at = None
    return news


def assignment_payload(row: AssignmentRow) -> dict[str, Any]:
    """What all `assignment.*` events tell."""
    pickup = (row.pickup_lat, row.pickup_lon)
    return {
        "orderId": str(row.order_id),
        "riderId": str(row.rider_id) if row.rider_id else None,
        "riderUserId": str(row.rider_user_id) if row.rider_user_id else None,
        "customerId": str(row.customer_id),
        "vendorId": str(row.vendor_id),
        "version": row.version,
        "offers": row.offers,
        "pickup": None if None in pickup else {"lat": pickup[0], "lon": pickup[1]},
        "deliveryAddress": {"lat": row.lat, "lon": row.lon},
        "offeredAt": _iso(row.offered_at),
        "expiresAt": _iso(row.expires_at),
        "acceptedAt": _iso(row.accepted_at),
        "pickedUpAt": _iso(row.picked_up_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
