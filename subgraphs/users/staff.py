"""A vendor's staff: inviting people to it by phone, and removing them.

    invite_staff ─┬─ the phone has an account ──► membership, at once
                  └─ it has none ──► account without a password, membership, a code for the inviter

All rows of one person are on his shard: account, membership, code and event commit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit

from .invitations import invite
from .loaders import StaffByUserId
from .models import StaffRow, UserRow
from .phones import parse_phone
from .registration import UsersContext, check_name, claims_of
from .roles import StaffRole, check_active, lock_user, role_without_others, set_role


@dataclass(frozen=True, slots=True)
class Invite:
    """Who is invited to which vendor's staff; the name is for an account that must be made.

    `membership` None: a member stays what he is, a new one is STAFF.
    """

    vendor_id: UUID
    phone: str
    name: str
    membership: StaffRole | None


@dataclass(frozen=True, slots=True)
class Invited:
    """The member, and the code that he needs if he has no password yet."""

    member: StaffRow
    code: str | None


async def invite_staff(context: UsersContext, wanted: Invite) -> Invited:
    """Make somebody a member, or change what kind of member he is; the same invitation again is harmless."""
    await _check_may_rule(context, wanted.vendor_id)
    phone = parse_phone(wanted.phone)
    check_name(wanted.name)
    user_id = new_id()
    owner = await claims_of(context).claim(phone, user_id)
    async with context.shards.transaction(owner or user_id, "invite_staff") as session:
        if owner is None:
            await _add_account(context, session, user_id, phone, wanted.name)
        user = await _account(context, session, owner or user_id)
        code = await _code(context, session, user)
        await _add(context, session, user, wanted)
        if owner is None and not await claims_of(context).confirm(phone, user_id):
            raise CodedError(ErrorCode.CONFLICT, field="phone")
    context.renew()
    return Invited(await _member(context, user.id, wanted.vendor_id), code)


async def remove_staff(context: UsersContext, vendor_id: UUID, user_id: UUID) -> None:
    """End a membership; who is no member any more stays none. Everybody may leave by himself."""
    if context.caller.signed_in() != user_id:
        await _check_may_rule(context, vendor_id)
    tenant = context.caller.tenant
    async with context.shards.transaction(user_id, "remove_staff") as session:
        user = await lock_user(session, user_id, tenant)
        this = StaffRow.user_id == user_id, StaffRow.vendor_id == vendor_id
        gone = await session.execute(delete(StaffRow).where(*this).returning(StaffRow.user_id))
        if gone.first() is None:
            return
        if user.role == Role.VENDOR_STAFF.value:
            await set_role(session, user, await role_without_others(session, user_id))
        await _tell(session, "staff.removed", user_id, vendor_id, tenant)
    context.renew()


async def _check_may_rule(context: UsersContext, vendor_id: UUID) -> None:
    """By the table, not the token: who was an owner when his token was made may be none any more."""
    caller = context.caller
    id = caller.signed_in()
    if not caller.is_admin and vendor_id not in _owned(await context.loader(StaffByUserId).load(id)):
        raise Forbidden("Only the vendor's owners and admins may do this.")


def _owned(rows: Sequence[StaffRow]) -> set[UUID]:
    return {row.vendor_id for row in rows if row.membership == StaffRole.OWNER.value}


async def _add_account(
    context: UsersContext, session: AsyncSession, user_id: UUID, phone: str, name: str
) -> None:
    tenant = context.caller.tenant
    values = {
        "id": user_id,
        "tenant_id": tenant,
        "name": name.strip(),
        "phone": phone,
        "role": Role.CUSTOMER.value,
        "region": context.resources.settings.region,
    }
    await session.execute(insert(UserRow).values(values))
    await emit(session, "user.saved", user_id, {"id": str(user_id)}, tenant=tenant)


async def _account(context: UsersContext, session: AsyncSession, user_id: UUID) -> UserRow:
    try:
        user = await lock_user(session, user_id, context.caller.tenant)
    except NotFound as error:  # the phone's owner is registering at this moment
        raise CodedError(ErrorCode.CONFLICT, field="phone") from error
    check_active(user)
    return user


async def _code(context: UsersContext, session: AsyncSession, user: UserRow) -> str | None:
    """A code for who has no password yet, unless it would open other vendors' doors to the inviter."""
    if user.password_hash is not None:
        return None
    if not context.caller.is_admin:
        mine = _owned(await context.loader(StaffByUserId).load(context.caller.signed_in()))
        others = await session.scalars(select(StaffRow.vendor_id).where(StaffRow.user_id == user.id))
        if not mine.issuperset(others):
            return None
    days = context.resources.settings.invitation_days
    return (await invite(session, user.id, user.tenant_id, days)).code


async def _add(context: UsersContext, session: AsyncSession, user: UserRow, wanted: Invite) -> None:
    mine = select(StaffRow.vendor_id).where(StaffRow.user_id == user.id)
    vendors = set(await session.scalars(mine))
    most = context.resources.settings.memberships_max
    if wanted.vendor_id not in vendors and len(vendors) >= most:
        raise CodedError(ErrorCode.BAD_USER_INPUT, f"Nobody is staff of more than {most} vendors.", "phone")
    key = {"user_id": user.id, "vendor_id": wanted.vendor_id, "tenant_id": user.tenant_id}
    row = insert_or(StaffRow).values(**key, membership=(wanted.membership or StaffRole.STAFF).value)
    if wanted.membership is None:
        row = row.on_conflict_do_nothing()
    else:
        set_ = {"membership": wanted.membership.value}
        row = row.on_conflict_do_update(index_elements=["user_id", "vendor_id"], set_=set_)
    await session.execute(row)
    if user.role == Role.CUSTOMER.value:
        await set_role(session, user, Role.VENDOR_STAFF)
    await _tell(session, "staff.added", user.id, wanted.vendor_id, user.tenant_id)


async def _member(context: UsersContext, user_id: UUID, vendor_id: UUID) -> StaffRow:
    for row in await context.loader(StaffByUserId).load(user_id):
        if row.vendor_id == vendor_id:
            return row
    raise CodedError(ErrorCode.CONFLICT)  # somebody has removed him at once


async def _tell(session: AsyncSession, topic: str, user_id: UUID, vendor_id: UUID, tenant: str) -> None:
    payload = {"userId": str(user_id), "vendorId": str(vendor_id)}
    await emit(session, topic, user_id, payload, tenant=tenant)
