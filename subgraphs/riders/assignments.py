"""The row of an assignment: locked, changed, and the change told by an event, in one transaction.

Every `assignment.*` event is made here, and names the rider who had the order when it happened.
"""

from __future__ import annotations

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


async def tell(session: AsyncSession, row: AssignmentRow, what: str) -> None:
    """Tell what has happened to a locked assignment: `assignment.{what}`."""
    row.version += 1
    await emit(session, f"assignment.{what}", row.order_id, assignment_payload(row), tenant=row.tenant_id)


async def take_back(session: AsyncSession, row: AssignmentRow, what: str) -> None:
    """Take the order from the rider it was offered to, and tell so; it waits for the next one."""
    if row.status == AssignmentStatus.OFFERED.value:
        await tell(session, row, what)
    elif row.rider_id:  # he has not heard of it yet, and shall not be the next one
        row.tried = [*row.tried, row.rider_id]
    row.status, row.rider_id, row.rider_user_id = AssignmentStatus.WAITING.value, None, None
    row.expires_at = None


def assignment_payload(row: AssignmentRow) -> dict[str, Any]:
    """What all `assignment.*` events tell."""
    return {
        "orderId": str(row.order_id),
        "riderId": str(row.rider_id) if row.rider_id else None,
        "riderUserId": str(row.rider_user_id) if row.rider_user_id else None,
        "customerId": str(row.customer_id),
        "vendorId": str(row.vendor_id),
        "version": row.version,
        "offers": row.offers,
        "offeredAt": _iso(row.offered_at),
        "expiresAt": _iso(row.expires_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
