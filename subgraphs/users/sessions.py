"""Ending logins: one, all, or all but the one that is used now.

A login's access token lives out its minutes; it cannot be refreshed any more.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from .models import RefreshFamilyRow
from .registration import UsersContext


async def end_session(context: UsersContext, session_id: UUID) -> None:
    """End one of the caller's logins; one that is over, or never was his, has nothing to end."""
    user_id = context.caller.signed_in()
    async with context.shards.transaction(user_id, "end_session") as session:
        this = RefreshFamilyRow.user_id == user_id, RefreshFamilyRow.id == session_id
        await session.execute(
            update(RefreshFamilyRow)
            .where(*this, RefreshFamilyRow.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )


async def logout_everywhere(context: UsersContext) -> None:
    """End all of the caller's logins, this one too."""
    user_id = context.caller.signed_in()
    async with context.shards.transaction(user_id, "logout_everywhere") as session:
        await end_sessions(session, user_id)


async def end_sessions(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> None:
    """End a user's logins, all or all but one."""
    these = [RefreshFamilyRow.user_id == user_id, RefreshFamilyRow.revoked_at.is_(None)]
    if but is not None:
        these.append(RefreshFamilyRow.id != but)
    await session.execute(update(RefreshFamilyRow).where(*these).values(revoked_at=func.now()))
