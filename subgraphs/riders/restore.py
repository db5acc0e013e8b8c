"""Makes what Valkey knows of riders anew from their rows, as after the loss of its data."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from subgraphs.common.background import passing_over
from subgraphs.common.database import Shards

from .duty import carries, is_held, release
from .loaders import AssignmentByOrderId
from .models import AssignmentRow, RiderRow
from .own_assignments import note_present
from .positions import Positions
from .statuses import AssignmentStatus, RiderStatus

logger = logging.getLogger(__name__)
_AT_ONCE = 500


async def restore(shards: Shards, positions: Positions) -> int:
    """Every shard's, one after the other; returns how many riders were put."""
    return sum([await restore_shard(shards, shard, positions) for shard in shards.all])


async def restore_shard(shards: Shards, shard: int, positions: Positions) -> int:
    """Put a shard's riders who are not OFFLINE; who is BUSY with an order that knows him not is let go."""
    count, after = 0, UUID(int=0)
    while rows := await _page(shards, shard, after):
        orders = await _orders_of(shards, rows)
        for row in rows:
            count += await _put(shards, positions, row, orders.get(row.order_id) if row.order_id else None)
        after = rows[-1].id
    return count


async def _page(shards: Shards, shard: int, after: UUID) -> Sequence[RiderRow]:
    active = RiderRow.status != RiderStatus.OFFLINE.value
    query = select(RiderRow.__table__).where(active, RiderRow.id > after)
    return await shards.fetch_as(RiderRow, shard, query.order_by(RiderRow.id).limit(_AT_ONCE), "restore")


async def _orders_of(shards: Shards, rows: Sequence[RiderRow]) -> dict[UUID, AssignmentRow]:
    ids = [row.order_id for row in rows if row.order_id]
    found = await AssignmentByOrderId(shards).load_many(ids)
    return {order.order_id: order for order in found if order}


async def _put(shards: Shards, positions: Positions, row: RiderRow, order: AssignmentRow | None) -> bool:
    """Whether he could be put: a row that makes no sense is passed over, all others count on being found."""
    with passing_over(logger, "restoring", "rider passed over", rider=str(row.id)):
        if row.order_id and not _agrees(row, order):
            await release(shards, row.id, row.order_id)
        await positions.put(row, order if order and carries(row, order) else None)
        if order and is_held(row, order):
            await note_present(shards, order)
        return True
    return False


def _agrees(row: RiderRow, order: AssignmentRow | None) -> bool:
    """An order that is just CLAIMING him agrees as well: the sweep goes on with it."""
    if order is None:
        return False
    claiming = order.status == AssignmentStatus.CLAIMING.value and order.rider_id == row.id
    return claiming or is_held(row, order)
