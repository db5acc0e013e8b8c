"""End pauses whose time is over: search hears of it by an event, as of any other change."""

from __future__ import annotations

from sqlalchemy import func, select, update

from subgraphs.common.database import Shards
from subgraphs.common.outbox import emit

from .models import VendorRow
from .vendor_state import VendorState

# So many in a transaction, which holds their rows.
_BATCH = 100


async def end_pauses(shards: Shards) -> int:
    """Of all tenants; returns how many there were."""
    total = 0
    for shard in shards.all:
        while count := await _end_some(shards, shard):
            total += count
    return total


async def _end_some(shards: Shards, shard: int) -> int:
    over = VendorRow.state == VendorState.PAUSED.value, VendorRow.paused_until <= func.now()
    async with shards.transaction_on(shard, "end_pauses") as session:
        # Whoever changes one of them at this moment is waited for by the next look.
        found = select(VendorRow.id).where(*over).limit(_BATCH).with_for_update(skip_locked=True)
        ids = (await session.scalars(found)).all()
        version = func.catalog.next_version(VendorRow.version)
        active = {"state": VendorState.ACTIVE.value, "paused_until": None, "version": version}
        these = update(VendorRow).where(VendorRow.id.in_(ids)).values(**active)
        rows = await session.execute(
            these.returning(VendorRow.id, VendorRow.tenant_id),
            execution_options={"synchronize_session": False},
        )
        for row in rows.all():
            await emit(session, "vendor.changed", row.id, {"id": str(row.id)}, tenant=row.tenant_id)
    return len(ids)
