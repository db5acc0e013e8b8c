"""Mutations of others' accounts, for admins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered

from .. import administration
from ..models import UserRow
from ..registration import UsersContext
from ..resources import Info
from .account import AccountPayload, account_of


@strawberry.type
class AdministrationMutations:
    """All are idempotent, and refused for one's own account."""

    @strawberry.mutation(description="Make somebody an ADMIN, or an admin a CUSTOMER again; for admins.")
    async def set_role(self, info: Info, user_id: strawberry.ID, role: Role) -> AccountPayload:
        """His access token still names the role before for its last minutes."""

        async def change(context: UsersContext, id: UUID) -> UserRow:
            return await administration.change_role(context, id, role)

        return await answered(AccountPayload, _changed(info, user_id, change))

    @strawberry.mutation(description="Keep somebody from logging in, and end his logins; for admins.")
    async def deactivate_user(self, info: Info, user_id: strawberry.ID) -> AccountPayload:
        """Access tokens live out their minutes."""
        return await answered(AccountPayload, _changed(info, user_id, administration.deactivate))

    @strawberry.mutation(description="Let somebody log in again; for admins.")
    async def reactivate_user(self, info: Info, user_id: strawberry.ID) -> AccountPayload:
        """He logs in with the password that he had."""
        return await answered(AccountPayload, _changed(info, user_id, administration.reactivate))


async def _changed(
    info: Info, user_id: str, change: Callable[[UsersContext, UUID], Awaitable[UserRow]]
) -> AccountPayload:
    return await account_of(change(info.context, parse_id(user_id)))
