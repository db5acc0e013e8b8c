"""Making a tenant's admin: a new account, or one that is there and becomes an admin.

For `createTenant`, and for `waybill admin create`, the one step before there is anybody who could ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit

from .invitations import invite
from .models import UserRow
from .phone_claims import PhoneClaims
from .phones import parse_phone
from .roles import lock_user
from .settings import UsersSettings


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """Whom to make one; without a password he gets a code to set it by."""

    tenant: str
    phone: str
    name: str
    region: str
    password_hash: str | None = None
    operator: bool = False


@dataclass(frozen=True, slots=True)
class AdminMade:
    """Who it is; `code` if he has no password yet; whether the account was made now."""

    user_id: UUID
    code: str | None
    is_new: bool


async def make_admin(shards: Shards, settings: UsersSettings, wanted: NewAdmin) -> AdminMade:
    """Make the account, or change the one that has the phone; the same again changes nothing but the code."""
    phone, claims = parse_phone(wanted.phone), PhoneClaims(shards, wanted.tenant, settings.claim_seconds)
    user_id = new_id()
    owner = await claims.claim(phone, user_id)
    async with shards.transaction(owner or user_id, "make_admin") as session:
        if owner is None:
            await _add(session, user_id, phone, wanted)
            has_password = wanted.password_hash is not None
        else:
            has_password = await _promote(session, owner, wanted)
        id = owner or user_id
        await emit(session, "user.saved", id, {"id": str(id)}, tenant=wanted.tenant)
        code = None
        if not has_password:
            code = (await invite(session, id, wanted.tenant, settings.invitation_days)).code
        if owner is None and not await claims.confirm(phone, user_id):
            raise CodedError(ErrorCode.CONFLICT, field="phone")
    return AdminMade(id, code, owner is None)


async def _add(session: AsyncSession, user_id: UUID, phone: str, wanted: NewAdmin) -> None:
    values = {
        "id": user_id,
        "tenant_id": wanted.tenant,
        "name": wanted.name.strip(),
        "phone": phone,
        "role": Role.ADMIN.value,
        "region": wanted.region,
        "password_hash": wanted.password_hash,
        "is_operator": wanted.operator,
    }
    await session.execute(insert(UserRow).values(values))


async def _promote(session: AsyncSession, user_id: UUID, wanted: NewAdmin) -> bool:
    """Whether the account has a password now; one that is given replaces what its owner may have lost."""
    try:
        user = await lock_user(session, user_id, wanted.tenant)
    except NotFound as error:  # the phone's owner is registering at this moment
        raise CodedError(ErrorCode.CONFLICT, field="phone") from error
    password = wanted.password_hash or user.password_hash
    values = {
        "role": Role.ADMIN.value,
        "is_operator": user.is_operator or wanted.operator,
        "password_hash": password,
    }
    await session.execute(update(UserRow).where(UserRow.id == user_id).values(values))
    return password is not None
