"""Who may ride: people apply, admins approve, reject and suspend.

    applyAsRider ─► APPLIED ─┬─► APPROVED ◄─► SUSPENDED
                       ▲     └─► REJECTED ─► APPROVED
                       └─────────────┘ (applies again)

The account's role follows by the events, in users; what a rider may do is decided by his row.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound
from subgraphs.common.ids import new_id
from subgraphs.common.models import TENANTS_SHARD, TenantRow
from subgraphs.common.outbox import emit

from .deliver import let_go
from .duty import tell_state
from .models import RiderRow
from .resources import RidersContext
from .statuses import RiderStanding, RiderStatus, Vehicle

S = RiderStanding
_FROM: Mapping[RiderStanding, frozenset[RiderStanding]] = {
    S.APPROVED: frozenset({S.APPLIED, S.REJECTED, S.SUSPENDED}),
    S.REJECTED: frozenset({S.APPLIED}),
    S.SUSPENDED: frozenset({S.APPROVED}),
}
_REGION_LENGTH = 100


async def apply_as_rider(context: RidersContext, vehicle: Vehicle, region: str | None) -> UUID:
    """Apply, or change the application; returns the rider's id. Who is a rider already stays one."""
    user_id, tenant = context.caller.signed_in(), context.caller.tenant
    if context.caller.is_admin:
        raise Forbidden("Admins are no riders: apply with an account of your own.")
    region = await _region(context, region)
    values = {"id": new_id(like=user_id), "user_id": user_id, "tenant_id": tenant, "vehicle": vehicle.value}
    fresh = insert(RiderRow).values(**values, region=region, standing=S.APPLIED.value)
    async with context.shards.transaction(user_id, "apply_as_rider") as session:
        made = await session.execute(fresh.on_conflict_do_nothing().returning(RiderRow.id))
        is_new = made.first() is not None
        row = await _lock(session, RiderRow.user_id == user_id)
        standing = S(row.standing)
        if standing is S.SUSPENDED:
            raise CodedError(ErrorCode.ILLEGAL_STATUS, "You are suspended: ask an admin.")
        if standing is not S.APPROVED:
            row.vehicle, row.region, row.standing = vehicle.value, region, S.APPLIED.value
            if is_new or standing is S.REJECTED:
                await _tell(session, row, S.APPLIED)
    return row.id


async def judge(context: RidersContext, rider_id: UUID, to: RiderStanding) -> UUID:
    """Approve, reject or suspend a rider, for admins; what is so already stays so.

    Who is suspended loses his offer, and brings home what he carries.
    """
    context.caller.require(Role.ADMIN)
    lost = None
    if to is S.SUSPENDED:
        async with context.shards.transaction(rider_id, "judge_rider") as session:
            _check(await _lock(session, RiderRow.id == rider_id), to)
        lost = await let_go(context, rider_id)
    async with context.shards.transaction(rider_id, "judge_rider") as session:
        row = await _lock(session, RiderRow.id == rider_id)
        _check(row, to)
        if row.standing != to.value:
            row.standing = to.value
            if to is S.SUSPENDED and row.order_id in (None, lost):
                row.status, row.order_id = RiderStatus.OFFLINE.value, None
            await _tell(session, row, to)
    await tell_state(context.shards, context.resources.positions, rider_id)
    return rider_id


def _check(row: RiderRow, to: RiderStanding) -> None:
    if row.standing != to.value and S(row.standing) not in _FROM[to]:
        message = f"A rider who is {row.standing} cannot become {to.value}."
        raise CodedError(ErrorCode.ILLEGAL_STATUS, message, "riderId")


async def _lock(session: AsyncSession, which: object) -> RiderRow:
    query = select(RiderRow).where(which).with_for_update()  # type: ignore[arg-type]
    row = (await session.scalars(query)).first()
    if row is None:
        raise NotFound("There is no such rider.", "riderId")
    return row


async def _tell(session: AsyncSession, row: RiderRow, what: RiderStanding) -> None:
    payload = {"riderId": str(row.id), "userId": str(row.user_id)}
    await emit(session, f"rider.{what.value.lower()}", row.id, payload, tenant=row.tenant_id)


async def _region(context: RidersContext, given: str | None) -> str:
    """The given one, else the marketplace's."""
    if given is not None:
        if not given.strip() or len(given) > _REGION_LENGTH:
            message = f"A region has 1 to {_REGION_LENGTH} characters."
            raise CodedError(ErrorCode.BAD_USER_INPUT, message, "region")
        return given.strip()
    query = select(TenantRow.region).where(TenantRow.id == context.caller.tenant)
    rows = await context.shards.fetch(TENANTS_SHARD, query, "region")
    return rows[0].region if rows else ""
