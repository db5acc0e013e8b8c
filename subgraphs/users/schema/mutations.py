"""Mutations: registering, logging in and out, refreshing."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import closing
from datetime import datetime
from typing import Any

import strawberry

from subgraphs.common.errors import CodedError
from subgraphs.common.user_error import UserError

from .. import invitations, registration
from ..resources import Info
from .account import AccountMutations
from .administration import AdministrationMutations
from .alone import check_alone
from .sessions import SessionMutations
from .staff import StaffMutations
from .tenants import TenantMutations
from .types import User


@strawberry.input(description="A new customer's account.")
class RegisterInput:
    """The phone number is the login."""

    name: str
    phone: str
    password: str
    email: str | None = None
    region: str | None = None
    device: str | None = None


@strawberry.type(description="Tokens for a login, or why there are none.")
class AuthPayload:
    """The access token goes into `Authorization: Bearer …`; the refresh token is good for one `refresh`."""

    user: User | None = None
    access_token: str | None = None
    refresh_token: str | None = None
    expires_at: datetime | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="Whether the login is over.")
class LogoutPayload:
    """`errors` is empty when it is."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation(AccountMutations, StaffMutations, SessionMutations, AdministrationMutations, TenantMutations):
    """What can be done with accounts."""

    @strawberry.mutation(description="Make a customer's account and log in.")
    async def register(self, info: Info, input: RegisterInput) -> AuthPayload:
        """Idempotent by phone and password for some minutes."""
        wanted = registration.Registration(
            input.name, input.phone, input.password, input.email, input.region, input.device
        )
        return await _payload(info, registration.register(info.context, wanted))

    @strawberry.mutation(description="Log in by phone and password.")
    async def login(self, info: Info, phone: str, password: str, device: str | None = None) -> AuthPayload:
        """BAD_CREDENTIALS does not say which of the two is wrong; `device` is what `User.sessions` shows."""
        return await _payload(info, registration.login(info.context, phone, password, device))

    @strawberry.mutation(description="Set the first password of the account one was invited to, and log in.")
    async def accept_invitation(
        self, info: Info, code: str, password: str, device: str | None = None
    ) -> AuthPayload:
        """A code is good once; BAD_CREDENTIALS for one that is not."""
        return await _payload(info, invitations.accept(info.context, code, password, device))

    @strawberry.mutation(description="Exchange a refresh token for new tokens; each is good once.")
    async def refresh(self, info: Info, refresh_token: str) -> AuthPayload:
        """A token's second use revokes the login."""
        return await _payload(info, registration.refresh(info.context, refresh_token))

    @strawberry.mutation(description="End a login: its refresh tokens are revoked.")
    async def logout(self, info: Info, refresh_token: str) -> LogoutPayload:
        """Idempotent."""
        try:
            await registration.refresh_tokens_of(info.context).end(refresh_token)
        except CodedError as error:
            return LogoutPayload(errors=[UserError.of(error)])
        return LogoutPayload()


async def _payload(info: Info, attempt: Coroutine[Any, Any, registration.Login]) -> AuthPayload:
    try:
        with closing(attempt):
            check_alone(info)
            login = await attempt
    except CodedError as error:
        return AuthPayload(errors=[UserError.of(error)])
    return AuthPayload(
        user=User.of(login.user),
        access_token=login.access.text,
        refresh_token=login.refresh,
        expires_at=login.access.expires_at,
    )
