"""A rider who is free now: orders that wait near him are tried at once, not at the next sweep."""

from __future__ import annotations

import asyncio
from math import cos, radians
from uuid import UUID

from sqlalchemy import func, select

from .assign import Assigner
from .loaders import RiderById
from .models import AssignmentRow
from .positions import Position
from .statuses import NEEDS_RIDER, OPEN, RiderStatus

# The oldest of each shard, and then of all: the sweep has the others.
_MOST = 5
_KM_A_DEGREE = 111.3
_LAT = func.coalesce(AssignmentRow.pickup_lat, AssignmentRow.lat)
_LON = func.coalesce(AssignmentRow.pickup_lon, AssignmentRow.lon)


async def find_work(assigner: Assigner, rider_id: UUID, *, fresh: bool) -> UUID | None:
    """Offer the orders that wait near a rider, the oldest first, until he has one; returns that.

    `fresh`: he has just come ONLINE, and may be asked anew for what he let go before.
    """
    row = await RiderById(assigner.shards).load(rider_id)
    if row is None or row.status != RiderStatus.ONLINE.value:
        return None
    (state,) = await assigner.positions.read(row.tenant_id, [rider_id])
    if state is None or state.position is None:
        return None
    for order_id in await _waiting(assigner, row.tenant_id, state.position):
        if await assigner.assign(order_id, fresh=rider_id if fresh else None) == rider_id:
            return order_id
    return None


async def _waiting(assigner: Assigner, tenant: str, near: Position) -> list[UUID]:
    """Within a square around him, roughly: `assign` measures exactly."""
    high = assigner.settings.assign_km / _KM_A_DEGREE
    # At the map's edge a degree of longitude has a twelfth of its length.
    wide = high / max(cos(radians(near.lat)), 0.08)
    query = (
        select(AssignmentRow.order_id)
        .where(
            AssignmentRow.tenant_id == tenant,
            AssignmentRow.status.in_([status.value for status in OPEN]),
            AssignmentRow.order_status.in_([status.value for status in NEEDS_RIDER]),
            _LAT.between(near.lat - high, near.lat + high),
            _LON.between(near.lon - wide, near.lon + wide),
        )
        .order_by(AssignmentRow.order_id)
        .limit(_MOST)
    )
    shards = assigner.shards
    parts = await asyncio.gather(*(shards.fetch(shard, query, "waiting_orders") for shard in shards.all))
    return sorted(row.order_id for rows in parts for row in rows)[:_MOST]
