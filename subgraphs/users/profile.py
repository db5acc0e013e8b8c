"""What users change of their own accounts: name, email, region; by the password also it and the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.outbox import emit

from .loaders import UserById
from .models import UserRow
from .phones import parse_phone
from .registration import UsersContext, check_name, check_text, claims_of, tried_by
from .roles import check_active, lock_user
from .sessions import end_sessions


async def update_profile(context: UsersContext, changes: dict[str, Any]) -> UserRow:
    """Write `name`, `email`, `region`: those that are given."""
    if "name" in changes:
        check_name(changes["name"])
        changes = {**changes, "name": changes["name"].strip()}
    for field, text in changes.items():
        check_text(text, field)
    if changes.get("region", "-").strip() == "":
        raise CodedError(ErrorCode.BAD_USER_INPUT, "The region must not be empty.", "region")
    user_id = context.caller.signed_in()
    async with context.shards.transaction(user_id, "update_profile") as session:
        user = await lock_user(session, user_id, context.caller.tenant)
        check_active(user)
        await _write(session, user, changes)
    return await reloaded(context, user_id)


async def change_password(context: UsersContext, old: str, new: str) -> UserRow:
    """Replace the password and end all logins but this one; BAD_CREDENTIALS for a wrong old one."""
    user = await _who_knows(context, old, "oldPassword")
    password_hash = await _hash(context, new, user)
    async with context.shards.transaction(user.id, "change_password") as session:
        locked = await lock_user(session, user.id, user.tenant_id)
        if locked.password_hash != user.password_hash:
            raise CodedError(ErrorCode.CONFLICT)
        statement = update(UserRow).where(UserRow.id == user.id).values(password_hash=password_hash)
        await session.execute(statement)
        await end_sessions(session, user.id, but=context.caller.session_id)
    return await reloaded(context, user.id)


async def change_phone(context: UsersContext, phone: str, password: str) -> UserRow:
    """Move to another phone number, which is the login: claimed first, and the old one given up last.

    Who dies in between keeps a number that he does not have, which then is free for others again.
    """
    user = await _who_knows(context, password, "password")
    number = parse_phone(phone)
    if number == user.phone:
        return user
    claims = claims_of(context)
    # It tells whether a number has an account: as seldom as accounts may be made.
    await context.resources.throttle.before_registration(tried_by(context, number))
    if await claims.claim(number, user.id) is not None:
        raise CodedError(ErrorCode.PHONE_TAKEN, field="phone")
    async with context.shards.transaction(user.id, "change_phone") as session:
        before = (await lock_user(session, user.id, user.tenant_id)).phone
        await _write(session, user, {"phone": number})
        if not await claims.confirm(number, user.id):
            raise CodedError(ErrorCode.PHONE_TAKEN, field="phone")
    await claims.release(before, user.id)
    return await reloaded(context, user.id)


async def reloaded(context: UsersContext, user_id: UUID) -> UserRow:
    """The account as it is now."""
    context.renew()
    user = await context.loader(UserById).load(user_id)
    if user is None:
        raise CodedError(ErrorCode.NOT_FOUND)
    return user


async def _who_knows(context: UsersContext, password: str, field: str) -> UserRow:
    """The caller's account, if he knows its password: a token alone may have been left lying about."""
    user = await context.loader(UserById).load(context.caller.signed_in())
    if user is None or user.tenant_id != context.caller.tenant:
        raise NotFound("There is no such account.")
    throttle, tried = context.resources.throttle, tried_by(context, user.phone)
    await throttle.before_login(tried)
    if not await context.resources.passwords.matches(user.password_hash, password):
        await throttle.after_failure(tried)
        raise CodedError(ErrorCode.BAD_CREDENTIALS, "The password is not right.", field)
    await throttle.after_login(tried)
    check_active(user)
    return user


async def _hash(context: UsersContext, new: str, user: UserRow) -> str:
    passwords = context.resources.passwords
    try:
        passwords.check(new, (user.phone, user.name, user.email or ""))
    except CodedError as error:
        raise CodedError(error.code, error.message, "newPassword") from error
    return await passwords.hash(new)


async def _write(session: AsyncSession, user: UserRow, changes: dict[str, Any]) -> None:
    if changes:
        await session.execute(update(UserRow).where(UserRow.id == user.id).values(changes))
        await emit(session, "user.saved", user.id, {"id": str(user.id)}, tenant=user.tenant_id)
