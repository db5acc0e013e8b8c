"""What admins do with others' accounts: roles, deactivation. Operators are changed by operators alone.

Nobody changes his own account here, so an admin is left whatever they do one after the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden
from subgraphs.common.outbox import emit

from .models import UserRow
from .profile import reloaded
from .registration import UsersContext
from .roles import lock_user, role_without_others, set_role
from .sessions import end_sessions


async def change_role(context: UsersContext, user_id: UUID, role: Role) -> UserRow:
    """Make somebody an admin, or an admin what he is without that: staff of his vendors, or a customer."""
    if role not in (Role.ADMIN, Role.CUSTOMER):
        message = "Staff come by `inviteStaff`, riders by the approval of their application."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, "role")
    async with _changing(context, user_id, "set_role") as (session, user):
        if role is not Role.ADMIN:
            role = await role_without_others(session, user_id) if user.role == "ADMIN" else Role(user.role)
        await set_role(session, user, role)
        await emit(session, "user.saved", user_id, {"id": str(user_id)}, tenant=user.tenant_id)
    return await reloaded(context, user_id)


async def deactivate(context: UsersContext, user_id: UUID) -> UserRow:
    """Keep somebody from logging in, and end his logins; access tokens live out their minutes."""
    async with _changing(context, user_id, "deactivate") as (session, user):
        await end_sessions(session, user_id)
        if user.deactivated_at is None:
            await _set_deactivated(session, user_id, True)
            await emit(session, "user.deactivated", user_id, {"id": str(user_id)}, tenant=user.tenant_id)
    return await reloaded(context, user_id)


async def reactivate(context: UsersContext, user_id: UUID) -> UserRow:
    """Let somebody log in again."""
    async with _changing(context, user_id, "reactivate") as (session, user):
        if user.deactivated_at is not None:
            await _set_deactivated(session, user_id, False)
            await emit(session, "user.reactivated", user_id, {"id": str(user_id)}, tenant=user.tenant_id)
    return await reloaded(context, user_id)


async def _set_deactivated(session: AsyncSession, user_id: UUID, on: bool) -> None:
    values = {"deactivated_at": func.now() if on else None}
    await session.execute(update(UserRow).where(UserRow.id == user_id).values(values))


@asynccontextmanager
async def _changing(
    context: UsersContext, user_id: UUID, label: str
) -> AsyncIterator[tuple[AsyncSession, UserRow]]:
    """A transaction that holds somebody's account, if the caller may change it."""
    caller = context.caller
    if caller.require(Role.ADMIN) == user_id:
        raise Forbidden("Another admin must do this to your account.")
    async with context.shards.transaction(user_id, label) as session:
        user = await lock_user(session, user_id, caller.tenant)
        if user.is_operator and not caller.is_operator:
            raise Forbidden("Only an operator may change an operator's account.")
        yield session, user
