"""Logins as their user sees them: `User.sessions`, and the mutations that end them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from subgraphs.common.auth import Caller
from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered
from subgraphs.common.user_error import UserError

from .. import sessions
from ..models import RefreshFamilyRow
from ..resources import Info


@strawberry.type(description="A login that can still be refreshed.")
class Session:
    """From a `RefreshFamilyRow`."""

    id: strawberry.ID
    device: str | None = strawberry.field(description="What the app called itself when it logged in.")
    created_at: datetime
    refreshed_at: datetime = strawberry.field(description="When it was last used to get new tokens.")
    current: bool = strawberry.field(description="Whether this request's token belongs to it.")

    @classmethod
    def of(cls, row: RefreshFamilyRow, caller: Caller) -> Session:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            device=row.device,
            created_at=row.created_at,
            refreshed_at=row.refreshed_at,
            current=row.id == caller.session_id,
        )


@strawberry.type(description="Whether the logins are over.")
class EndSessionsPayload:
    """`errors` is empty when they are."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class SessionMutations:
    """Logging out elsewhere."""

    @strawberry.mutation(description="End one of one's own logins: it cannot be refreshed. Idempotent.")
    async def end_session(self, info: Info, id: strawberry.ID) -> EndSessionsPayload:
        """Its access token lives out its minutes."""
        return await answered(EndSessionsPayload, _ended(info, id))

    @strawberry.mutation(description="End all of one's own logins, this one too. Idempotent.")
    async def logout_everywhere(self, info: Info) -> EndSessionsPayload:
        """Access tokens live out their minutes."""
        return await answered(EndSessionsPayload, _all_ended(info))


async def _ended(info: Info, id: str) -> EndSessionsPayload:
    await sessions.end_session(info.context, parse_id(id))
    return EndSessionsPayload()


async def _all_ended(info: Info) -> EndSessionsPayload:
    await sessions.logout_everywhere(info.context)
    return EndSessionsPayload()
