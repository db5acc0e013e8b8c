"""A rider's own row while he has an order: claimed for it, released after it, and told to Valkey."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, case, or_, update

from subgraphs.common.database import Shards

from .loaders import AssignmentByOrderId, RiderById
from .models import AssignmentRow, RiderRow
from .positions import Positions
from .statuses import CARRIED, HELD, AssignmentStatus, RiderStanding, RiderStatus


async def claim(shards: Shards, rider_id: UUID, tenant: str, order_id: UUID) -> UUID | None:
    """Make an ONLINE rider BUSY with the order and return his user; once more if he already is."""
    free = and_(
        RiderRow.status == RiderStatus.ONLINE.value,
        RiderRow.order_id.is_(None),
        RiderRow.standing == RiderStanding.APPROVED.value,
    )
    claimed = (
        update(RiderRow)
        .where(
            RiderRow.id == rider_id, RiderRow.tenant_id == tenant, or_(free, RiderRow.order_id == order_id)
        )
        .values(status=RiderStatus.BUSY.value, order_id=order_id)
        .returning(RiderRow.user_id)
    )
    async with shards.transaction(rider_id, "claim_rider") as session:
        found = (await session.execute(claimed)).first()
    return found.user_id if found else None


async def release(shards: Shards, rider_id: UUID, order_id: UUID) -> None:
    """Make the rider ONLINE again, unless he carries something else by now; OFFLINE if he may not ride."""
    may_ride = RiderRow.standing == RiderStanding.APPROVED.value
    status = case((may_ride, RiderStatus.ONLINE.value), else_=RiderStatus.OFFLINE.value)
    released = (
        update(RiderRow)
        .where(RiderRow.id == rider_id, RiderRow.order_id == order_id)
        .values(status=status, order_id=None)
    )
    async with shards.transaction(rider_id, "release_rider") as session:
        await session.execute(released)


async def tell_state(shards: Shards, positions: Positions, rider_id: UUID) -> None:
    """Make Valkey say of the rider what his row says."""
    row = await RiderById(shards).load(rider_id)
    if row is None:
        return
    order = await AssignmentByOrderId(shards).load(row.order_id) if row.order_id else None
    await positions.put(row, order if order and carries(row, order) else None)


def carries(row: RiderRow, order: AssignmentRow) -> bool:
    """Whether the order's own row agrees that the rider carries it: he has accepted it."""
    return order.rider_id == row.id and AssignmentStatus(order.status) in CARRIED


def is_held(row: RiderRow, order: AssignmentRow) -> bool:
    """Whether the order's own row agrees that the rider is kept for it: also for his answer."""
    return order.rider_id == row.id and AssignmentStatus(order.status) in HELD
