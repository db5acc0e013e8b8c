"""A rider goes on and off duty."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from subgraphs.common.errors import CodedError, ErrorCode, Forbidden
from subgraphs.common.outbox import emit

from .models import RiderRow
from .resources import RidersContext
from .statuses import RiderStatus
from .whoami import rider_of_caller


async def change_status(context: RidersContext, wanted: RiderStatus) -> UUID:
    """ONLINE or OFFLINE; BUSY comes with an order and goes with its end."""
    if wanted is RiderStatus.BUSY:
        raise CodedError(ErrorCode.BAD_USER_INPUT, "BUSY comes by itself with an order.", "status")
    rider_id = await rider_of_caller(context)
    async with context.shards.transaction(rider_id, "change_status") as session:
        query = select(RiderRow).where(RiderRow.id == rider_id).with_for_update()
        row = (await session.scalars(query)).first()
        if row is None:
            raise Forbidden("This account is not a rider's.")
        if row.order_id is not None:
            raise CodedError(ErrorCode.ILLEGAL_STATUS, "There is an order to deliver first.", "status")
        if row.status != wanted.value:
            row.status = wanted.value
            change = update(RiderRow).where(RiderRow.id == rider_id).values(status=wanted.value)
            await session.execute(change, execution_options={"synchronize_session": False})
            payload = {"riderId": str(rider_id), "status": wanted.value}
            await emit(session, "rider.status", rider_id, payload, tenant=row.tenant_id)
    # The event does the same later, should this process end here.
    await context.resources.positions.put(row, None)
    return rider_id
