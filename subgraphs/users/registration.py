"""Making accounts, and logging in to them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert

from subgraphs.common.auth import Role
from subgraphs.common.context import Context
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit

from .access_tokens import AccessToken, issue_access_token
from .loaders import UserById
from .models import UserRow
from .phone_claims import PhoneClaims
from .phones import parse_phone
from .refresh_tokens import RefreshTokens
from .resources import UsersResources
from .throttle import Tried

UsersContext = Context[UsersResources]


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody who registers says."""

    name: str
    phone: str
    password: str
    email: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class Login:
    """An account with fresh tokens."""

    user: UserRow
    access: AccessToken
    refresh: str


_LONGEST = 320  # of an email address (RFC 3696, errata 1690); names are shorter


async def register(context: UsersContext, wanted: Registration) -> Login:
    """Make a customer's account and log in. Of a phone that has an account it is a login: sent again with the
    same password it gives the same account, with another one BAD_CREDENTIALS.
    """
    phone = parse_phone(wanted.phone)
    tried = _tried(context, phone)
    _check(wanted)
    passwords = context.resources.passwords
    passwords.check(wanted.password, (phone, wanted.name, wanted.email or ""))
    await context.resources.throttle.before_registration(tried)
    password_hash = await passwords.hash(wanted.password)
    user_id = new_id()
    owner = await claims_of(context).claim(phone, user_id)
    if owner is not None:
        return await _log_in(context, tried, owner, wanted.password)
    await _create(context, user_id, phone, password_hash, wanted)
    return await _start(context, await _load(context, user_id))


def _check(wanted: Registration) -> None:
    """Before the phone is claimed: a failure afterwards would hold it for a while."""
    if not wanted.name.strip():
        raise CodedError(ErrorCode.BAD_USER_INPUT, "The name must not be empty.", "name")
    for field in ("name", "email", "region"):
        text = getattr(wanted, field) or ""
        if len(text) > _LONGEST or "\0" in text:
            message = f"At most {_LONGEST} characters, none of them NUL."
            raise CodedError(ErrorCode.BAD_USER_INPUT, message, field)


async def login(context: UsersContext, phone: str, password: str) -> Login:
    """Log in by phone and password; BAD_CREDENTIALS whichever of them is wrong."""
    number = parse_phone(phone)
    owner = await claims_of(context).owner(number)
    return await _log_in(context, _tried(context, number), owner, password)


async def _log_in(context: UsersContext, tried: Tried, owner: UUID | None, password: str) -> Login:
    """Look at a password, if that may be tried now: the same steps whether somebody has the phone or not."""
    throttle = context.resources.throttle
    await throttle.before_login(tried)
    user = await context.loader(UserById).load(owner or new_id())
    if not await context.resources.passwords.matches(user.password_hash if user else None, password):
        await throttle.after_failure(tried)
        raise CodedError(ErrorCode.BAD_CREDENTIALS)
    assert user is not None
    await throttle.after_login(tried)
    return await _start(context, user)


async def refresh(context: UsersContext, token: str) -> Login:
    """Exchange a refresh token for new tokens."""
    throttle, tried = context.resources.throttle, _tried(context, None)
    await throttle.before_refresh(tried)
    try:
        rotated = await refresh_tokens_of(context).rotate(token)
    except CodedError:
        await throttle.after_failure(tried)
        raise
    user = await _load(context, rotated.user_id)
    return Login(
        user, issue_access_token(user, context.resources.key, context.resources.settings), rotated.text
    )


def _tried(context: UsersContext, phone: str | None) -> Tried:
    return Tried(context.caller.tenant, phone, context.address)


def claims_of(context: UsersContext) -> PhoneClaims:
    """The phone claims of the caller's tenant."""
    return PhoneClaims(context.shards, context.caller.tenant, context.resources.settings.claim_seconds)


def refresh_tokens_of(context: UsersContext) -> RefreshTokens:
    """The refresh tokens."""
    return RefreshTokens(context.shards, context.resources.settings.refresh_token_days)


async def _create(
    context: UsersContext, user_id: UUID, phone: str, password_hash: str, wanted: Registration
) -> None:
    tenant = context.caller.tenant
    async with context.shards.transaction(user_id, "register") as session:
        values = {
            "id": user_id,
            "tenant_id": tenant,
            "name": wanted.name.strip(),
            "phone": phone,
            "email": wanted.email,
            "role": Role.CUSTOMER.value,
            "region": wanted.region or context.resources.settings.region,
            "password_hash": password_hash,
        }
        await session.execute(insert(UserRow).values(values))
        await emit(session, "user.saved", user_id, {"id": str(user_id)}, tenant=tenant)
        if not await claims_of(context).confirm(phone, user_id):
            raise CodedError(ErrorCode.CONFLICT, field="phone")


async def _start(context: UsersContext, user: UserRow) -> Login:
    token = await refresh_tokens_of(context).start(user.id, user.tenant_id)
    return Login(
        user, issue_access_token(user, context.resources.key, context.resources.settings), token.text
    )


async def _load(context: UsersContext, user_id: UUID) -> UserRow:
    user = await context.loader(UserById).load(user_id)
    if user is None:
        raise CodedError(ErrorCode.BAD_CREDENTIALS)
    return user
