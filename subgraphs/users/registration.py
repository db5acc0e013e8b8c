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
from .loaders import StaffByUserId, UserById
from .models import UserRow
from .phone_claims import PhoneClaims
from .phones import parse_phone
from .refresh_tokens import RefreshTokens, Session
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
    device: str | None = None


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
    tried = tried_by(context, phone)
    _check(wanted)
    passwords = context.resources.passwords
    passwords.check(wanted.password, (phone, wanted.name, wanted.email or ""))
    await context.resources.throttle.before_registration(tried)
    password_hash = await passwords.hash(wanted.password)
    user_id = new_id()
    owner = await claims_of(context).claim(phone, user_id)
    if owner is not None:
        return await _log_in(context, tried, owner, wanted.password, wanted.device)
    await _create(context, user_id, phone, password_hash, wanted)
    return await start(context, await _load(context, user_id), wanted.device)


def _check(wanted: Registration) -> None:
    """Before the phone is claimed: a failure afterwards would hold it for a while."""
    check_name(wanted.name)
    for field in ("email", "region", "device"):
        check_text(getattr(wanted, field), field)


def check_name(name: str) -> None:
    """BAD_USER_INPUT for a name that cannot be kept."""
    if not name.strip():
        raise CodedError(ErrorCode.BAD_USER_INPUT, "The name must not be empty.", "name")
    check_text(name, "name")


def check_text(text: str | None, field: str) -> None:
    """BAD_USER_INPUT for a text that cannot be kept."""
    if len(text or "") > _LONGEST or "\0" in (text or ""):
        message = f"At most {_LONGEST} characters, none of them NUL."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, field)


async def login(context: UsersContext, phone: str, password: str, device: str | None = None) -> Login:
    """Log in by phone and password; BAD_CREDENTIALS whichever of them is wrong."""
    number = parse_phone(phone)
    owner = await claims_of(context).owner(number)
    return await _log_in(context, tried_by(context, number), owner, password, device)


async def _log_in(
    context: UsersContext, tried: Tried, owner: UUID | None, password: str, device: str | None
) -> Login:
    """Look at a password, if that may be tried now: the same steps whether somebody has the phone or not."""
    throttle = context.resources.throttle
    await throttle.before_login(tried)
    user = await context.loader(UserById).load(owner or new_id())
    if user is not None and user.phone != tried.phone:  # he has moved, and died before he gave the old one up
        user = None
    if not await context.resources.passwords.matches(user.password_hash if user else None, password):
        await throttle.after_failure(tried)
        raise CodedError(ErrorCode.BAD_CREDENTIALS)
    assert user is not None
    await throttle.after_login(tried)
    return await start(context, user, device)


async def refresh(context: UsersContext, token: str) -> Login:
    """Exchange a refresh token for new tokens."""
    throttle, tried = context.resources.throttle, tried_by(context, None)
    await throttle.before_refresh(tried)
    try:
        rotated = await refresh_tokens_of(context).rotate(token)
    except CodedError:
        await throttle.after_failure(tried)
        raise
    return await _login(context, await _load(context, rotated.token.user_id), rotated)


def tried_by(context: UsersContext, phone: str | None) -> Tried:
    """Who tries to log in, for the throttle."""
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


async def start(context: UsersContext, user: UserRow, device: str | None) -> Login:
    """Log a user in who has shown who he is; ACCOUNT_DEACTIVATED if he may not."""
    check_text(device, "device")
    _check_active(user)
    session = await refresh_tokens_of(context).start(user.id, user.tenant_id, device)
    return await _login(context, user, session)


async def _login(context: UsersContext, user: UserRow, session: Session) -> Login:
    _check_active(user)
    access = issue_access_token(
        user,
        context.resources.key,
        context.resources.settings,
        vendors=[row.vendor_id for row in await context.loader(StaffByUserId).load(user.id)],
        session=session.id,
    )
    return Login(user, access, session.token.text)


def _check_active(user: UserRow) -> None:
    """A login that was made while its account was deactivated ends here, when it is refreshed."""
    if user.deactivated_at is not None:
        raise CodedError(ErrorCode.ACCOUNT_DEACTIVATED)


async def _load(context: UsersContext, user_id: UUID) -> UserRow:
    user = await context.loader(UserById).load(user_id)
    if user is None:
        raise CodedError(ErrorCode.BAD_CREDENTIALS)
    return user
