"""Invitations: a code, good once and for some days, by which a person sets the password of his account.

Whoever invites hands it over; there is nobody here who sends messages. A code is base64 of the user's id
(whose shard it is on) and 24 random bytes, of which a hash is kept.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode

from .loaders import UserById
from .models import InvitationRow, UserRow
from .registration import Login, UsersContext, start, tried_by

_SECRET = 24
_BAD = "The invitation is not valid, or was used; ask for another one."


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code taken apart."""

    user_id: UUID
    secret: bytes

    @property
    def code(self) -> str:
        """As people have it."""
        return urlsafe_b64encode(self.user_id.bytes + self.secret).decode().rstrip("=")

    @property
    def hash(self) -> bytes:
        """As the table has it. The secret is random, so a fast hash is enough."""
        return sha256(self.secret).digest()

    @classmethod
    def parse(cls, code: str) -> Invitation:
        """Take a code apart; BAD_CREDENTIALS if it is none."""
        try:
            raw = urlsafe_b64decode(code.strip() + "=" * (-len(code.strip()) % 4))
        except ValueError:
            raw = b""
        if len(raw) != 16 + _SECRET:
            raise _refused()
        return cls(UUID(bytes=raw[:16]), raw[16:])


async def invite(session: AsyncSession, user_id: UUID, tenant: str, days: int) -> Invitation:
    """Write a new code of a user's; the one before is not good any more."""
    made = Invitation(user_id, secrets.token_bytes(_SECRET))
    values = {"secret_hash": made.hash, "expires_at": datetime.now(UTC) + timedelta(days=days)}
    row = insert(InvitationRow).values(user_id=user_id, tenant_id=tenant, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=values))
    return made


async def accept(context: UsersContext, code: str, password: str, device: str | None) -> Login:
    """Set the first password of the invited account and log in; BAD_CREDENTIALS if the code is not good."""
    throttle, tried = context.resources.throttle, tried_by(context, None)
    await throttle.before_refresh(tried)
    try:
        return await _accept(context, Invitation.parse(code), password, device)
    except CodedError as error:
        if error.code is ErrorCode.BAD_CREDENTIALS:
            await throttle.after_failure(tried)
        raise


async def _accept(context: UsersContext, invitation: Invitation, password: str, device: str | None) -> Login:
    invited = await context.loader(UserById).load(invitation.user_id)
    if invited is None or not await _is_good(context, invitation):  # a hash costs much more than to look
        raise _refused()
    passwords = context.resources.passwords
    passwords.check(password, (invited.phone, invited.name))
    password_hash = await passwords.hash(password)
    async with context.shards.transaction(invitation.user_id, "accept_invitation") as session:
        used = delete(InvitationRow).where(*_good(context, invitation))
        if (await session.execute(used.returning(InvitationRow.user_id))).first() is None:
            raise _refused()
        this = UserRow.id == invitation.user_id, UserRow.password_hash.is_(None)
        await session.execute(update(UserRow).where(*this).values(password_hash=password_hash))
    context.renew()
    user = await context.loader(UserById).load(invitation.user_id)
    if user is None:
        raise _refused()
    return await start(context, user, device)


async def _is_good(context: UsersContext, invitation: Invitation) -> bool:
    query = select(InvitationRow.user_id).where(*_good(context, invitation))
    shard = context.shards.map.shard_of(invitation.user_id)
    return bool(await context.shards.fetch(shard, query, "Invitation"))


def _good(context: UsersContext, invitation: Invitation) -> tuple[ColumnElement[bool], ...]:
    return (
        InvitationRow.user_id == invitation.user_id,
        InvitationRow.tenant_id == context.caller.tenant,
        InvitationRow.secret_hash == invitation.hash,
        InvitationRow.expires_at > func.now(),
    )


def _refused() -> CodedError:
    return CodedError(ErrorCode.BAD_CREDENTIALS, _BAD, "code")
