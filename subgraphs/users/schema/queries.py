"""Queries: oneself, a user, all users (admins)."""

from __future__ import annotations

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.connections import Connection

from ..list_users import UserFilter, list_users
from ..resources import Info
from .tenants import TenantQueries
from .types import User, load_user


@strawberry.input(description="Which users to list.")
class UsersFilter:
    """All that are given must hold."""

    role: Role | None = None
    region: str | None = None
    phone: str | None = None


@strawberry.type
class Query(TenantQueries):
    """What can be asked of users."""

    @strawberry.field(description="The user who asks.")
    async def me(self, info: Info) -> User | None:
        """Unauthenticated for nobody."""
        return await load_user(info, str(info.context.caller.signed_in()))

    @strawberry.field(description="A user of one's marketplace.")
    async def user(self, info: Info, id: strawberry.ID) -> User | None:
        """Null if there is none."""
        return await load_user(info, id)

    @strawberry.field(description="All users, newest first; for admins.")
    async def users(
        self,
        info: Info,
        filter: UsersFilter | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[User] | None:
        """Null where FORBIDDEN. Reads every shard and merges."""
        info.context.caller.require(Role.ADMIN)
        wanted = info.context.page(first, after)
        given = filter or UsersFilter()
        choice = UserFilter(
            info.context.caller.tenant, given.role.value if given.role else None, given.region, given.phone
        )
        return await list_users(info.context.shards, choice, wanted, User.of)
