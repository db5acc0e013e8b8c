"""Which role an account has: one, though it may be staff of several vendors besides."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

import strawberry
from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, ErrorCode, NotFound

from .models import StaffRow, UserRow


@strawberry.enum(description="What a member of a vendor's staff may do.")
class StaffRole(Enum):
    """Owners also invite and remove others."""

    OWNER = "OWNER"
    STAFF = "STAFF"


async def lock_user(session: AsyncSession, user_id: UUID, tenant: str) -> UserRow:
    """The account, which nobody else changes until the end of the transaction; NOT_FOUND for none."""
    query = select(UserRow).where(UserRow.id == user_id, UserRow.tenant_id == tenant).with_for_update()
    user = (await session.scalars(query)).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user


def check_active(user: UserRow) -> None:
    """ACCOUNT_DEACTIVATED for an account that may do nothing."""
    if user.deactivated_at is not None:
        raise CodedError(ErrorCode.ACCOUNT_DEACTIVATED)


async def set_role(session: AsyncSession, user: UserRow, role: Role) -> None:
    """Give an account a role."""
    await session.execute(update(UserRow).where(UserRow.id == user.id).values(role=role.value))


async def role_without_others(session: AsyncSession, user_id: UUID) -> Role:
    """The role of who is neither rider nor admin: staff if he is any vendor's, else a customer."""
    works = await session.scalar(select(exists().where(StaffRow.user_id == user_id)))
    return Role.VENDOR_STAFF if works else Role.CUSTOMER
