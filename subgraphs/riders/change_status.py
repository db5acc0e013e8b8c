"""A rider goes on and off duty."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from subgraphs.common.errors import CodedError, ErrorCode, Forbidden
from subgraphs.common.outbox import emit

from .deliver import let_go
from .duty import tell_state
from .models import RiderRow
from .resources import RidersContext
from .statuses import RiderStanding, RiderStatus
from .whoami import rider_of_caller


async def change_status(context: RidersContext, wanted: RiderStatus) -> UUID:
    """ONLINE or OFFLINE; BUSY comes with an order and goes with its end.

    Who goes OFFLINE declines what he is being offered. Who carries an order is on duty, and stays it.
    """
    if wanted is RiderStatus.BUSY:
        raise CodedError(ErrorCode.BAD_USER_INPUT, "BUSY comes by itself with an order.", "status")
    rider_id = await rider_of_caller(context)
    lost = await let_go(context, rider_id) if wanted is RiderStatus.OFFLINE else None
    async with context.shards.transaction(rider_id, "change_status") as session:
        query = select(RiderRow).where(RiderRow.id == rider_id).with_for_update()
        row = (await session.scalars(query)).first()
        if row is None:
            raise Forbidden("This account is not a rider's.")
        if row.order_id not in (None, lost):
            if wanted is RiderStatus.ONLINE:
                return rider_id
            raise CodedError(ErrorCode.ILLEGAL_STATUS, "There is an order to deliver first.", "status")
        if wanted is RiderStatus.ONLINE and row.standing != RiderStanding.APPROVED.value:
            raise Forbidden("You may not ride now: ask an admin.")
        if row.status != wanted.value:
            row.status, row.order_id = wanted.value, None
            payload = {"riderId": str(rider_id), "status": wanted.value}
            await emit(session, "rider.status", rider_id, payload, tenant=row.tenant_id)
    # The event does the same later, should this process end here.
    await tell_state(context.shards, context.resources.positions, rider_id)
    return rider_id
