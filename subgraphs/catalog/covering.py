"""Work out the delivery cells of vendors that have none yet: those from before there were any.

Until then `vendors(deliversTo:)` tests them one by one.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.database import Shards

from .delivery_cells import cover
from .models import VendorRow

# So many in a transaction, which holds their rows.
_BATCH = 100


async def cover_vendors(shards: Shards) -> int:
    """All of all tenants that lack cells; returns how many there were."""
    total = 0
    for shard in shards.all:
        after: UUID | None = UUID(int=0)
        while after is not None:
            async with shards.transaction_on(shard, "cover_vendors") as session:
                count, after = await _cover_some(session, after)
            total += count
    return total


async def _cover_some(session: AsyncSession, after: UUID) -> tuple[int, UUID | None]:
    """Some of a shard, in the order of their ids; how many, and the last one if there may be more."""
    lacking = select(VendorRow).where(VendorRow.id > after, ~VendorRow.covered).order_by(VendorRow.id)
    vendors = (await session.scalars(lacking.limit(_BATCH).with_for_update(skip_locked=True))).all()
    for vendor in vendors:
        await cover(session, vendor)
    return len(vendors), vendors[-1].id if vendors else None
