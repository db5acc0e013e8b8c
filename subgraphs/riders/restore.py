"""Makes what Valkey knows of riders anew from their rows, as after the loss of its data."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from subgraphs.common.database import Shards

from .duty import carries, release
from .loaders import AssignmentByOrderId
from .models import AssignmentRow, RiderRow
from .positions import Positions
from .statuses import AssignmentStatus, RiderStatus

_AT_ONCE = 500


async def restore(shards: Shards, positions: Positions) -> int:
    """Put every rider who is not OFFLINE; who is BUSY with an order that does not know him is let go."""
    count = 0
    for shard in shards.all:
        after = UUID(int=0)
        while rows := await _page(shards, shard, after):
            await _put(shards, positions, rows)
            count += len(rows)
            after = rows[-1].id
    return count


async def _page(shards: Shards, shard: int, after: UUID) -> Sequence[RiderRow]:
    active = RiderRow.status != RiderStatus.OFFLINE.value
    query = select(RiderRow.__table__).where(active, RiderRow.id > after)
    return await shards.fetch_as(RiderRow, shard, query.order_by(RiderRow.id).limit(_AT_ONCE), "restore")


async def _put(shards: Shards, positions: Positions, rows: Sequence[RiderRow]) -> None:
    ids = [row.order_id for row in rows if row.order_id]
    found = await AssignmentByOrderId(shards).load_many(ids)
    orders = {order.order_id: order for order in found if order}
    for row in rows:
        order = orders.get(row.order_id) if row.order_id else None
        if row.order_id and not _agrees(row, order):
            await release(shards, row.id, row.order_id)
        await positions.put(row, order if order and carries(row, order) else None)


def _agrees(row: RiderRow, order: AssignmentRow | None) -> bool:
    """An order that is just CLAIMING him agrees as well: the sweep goes on with it."""
    if order is None:
        return False
    claiming = order.status == AssignmentStatus.CLAIMING.value and order.rider_id == row.id
    return claiming or carries(row, order)
