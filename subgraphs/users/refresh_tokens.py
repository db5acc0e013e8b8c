"""Refresh tokens: each good for one use; a second use revokes the whole family (RFC 9700, section 4.14.2).

A token is base64 of user id (whose shard it is on), token id and 32 random bytes, of which a hash is kept.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import new_id

from .models import RefreshFamilyRow, RefreshTokenRow

_BAD = "The refresh token is not valid; log in again."


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A token taken apart."""

    user_id: UUID
    id: UUID
    secret: bytes

    @property
    def text(self) -> str:
        """As the client has it."""
        return urlsafe_b64encode(self.user_id.bytes + self.id.bytes + self.secret).decode()

    @property
    def hash(self) -> bytes:
        """As the table has it. The secret is random, so a fast hash is enough."""
        return sha256(self.secret).digest()

    @classmethod
    def parse(cls, text: str) -> RefreshToken:
        """Take a client's token apart; BAD_CREDENTIALS if it is none."""
        try:
            raw = urlsafe_b64decode(text)
        except ValueError:
            raw = b""
        if len(raw) != 64:
            raise CodedError(ErrorCode.BAD_CREDENTIALS, _BAD, "refreshToken")
        return cls(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:])


@dataclass(frozen=True, slots=True)
class Session:
    """A login (its family's id) with its token of now."""

    id: UUID
    token: RefreshToken


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Starts, rotates and ends families of tokens."""

    shards: Shards
    days: int

    async def start(self, user_id: UUID, tenant: str, device: str | None = None) -> Session:
        """A login with its first token; `device` is what the app calls itself."""
        family = new_id(like=user_id)
        async with self.shards.transaction(user_id, "RefreshToken") as session:
            await session.execute(
                insert(RefreshFamilyRow).values(user_id=user_id, id=family, tenant_id=tenant, device=device)
            )
            return Session(family, await self._add(session, user_id, family, tenant))

    async def rotate(self, text: str) -> Session:
        """Use a token up for the next one; TOKEN_REUSED (and the family revoked) if it was used before."""
        token = RefreshToken.parse(text)
        async with self.shards.transaction(token.user_id, "RefreshToken") as session:
            row = await self._lock(session, token)
            if row.used_at is None:
                await self._mark_used(session, token)
                await self._note_use(session, token.user_id, row.family_id)
                heir = await self._add(session, token.user_id, row.family_id, row.tenant_id)
                return Session(row.family_id, heir)
            await self._revoke(session, token.user_id, row.family_id)
        raise CodedError(ErrorCode.TOKEN_REUSED, field="refreshToken")

    async def end(self, text: str) -> None:
        """Revoke a token's family; a token that is not valid any more has nothing to end."""
        token = RefreshToken.parse(text)
        async with self.shards.transaction(token.user_id, "RefreshToken") as session:
            try:
                row = await self._lock(session, token)
            except CodedError:
                return
            await self._revoke(session, token.user_id, row.family_id)

    async def _lock(self, session: AsyncSession, token: RefreshToken) -> RefreshTokenRow:
        family = (RefreshFamilyRow.user_id == RefreshTokenRow.user_id) & (
            RefreshFamilyRow.id == RefreshTokenRow.family_id
        )
        query = (
            select(RefreshTokenRow)
            .join(RefreshFamilyRow, family)
            .where(RefreshTokenRow.user_id == token.user_id, RefreshTokenRow.id == token.id)
            .where(RefreshTokenRow.expires_at > func.now(), RefreshFamilyRow.revoked_at.is_(None))
            .with_for_update()
        )
        row = (await session.scalars(query)).first()
        if row is None or not secrets.compare_digest(row.secret_hash, token.hash):
            raise CodedError(ErrorCode.BAD_CREDENTIALS, _BAD, "refreshToken")
        return row

    async def _mark_used(self, session: AsyncSession, token: RefreshToken) -> None:
        this = RefreshTokenRow.user_id == token.user_id, RefreshTokenRow.id == token.id
        await session.execute(update(RefreshTokenRow).where(*this).values(used_at=func.now()))

    async def _note_use(self, session: AsyncSession, user_id: UUID, family: UUID) -> None:
        this = RefreshFamilyRow.user_id == user_id, RefreshFamilyRow.id == family
        await session.execute(update(RefreshFamilyRow).where(*this).values(refreshed_at=func.now()))

    async def _revoke(self, session: AsyncSession, user_id: UUID, family: UUID) -> None:
        this = RefreshFamilyRow.user_id == user_id, RefreshFamilyRow.id == family
        await session.execute(update(RefreshFamilyRow).where(*this).values(revoked_at=func.now()))

    async def _add(self, session: AsyncSession, user_id: UUID, family: UUID, tenant: str) -> RefreshToken:
        token = RefreshToken(user_id, new_id(like=user_id), secrets.token_bytes(32))
        await session.execute(
            insert(RefreshTokenRow).values(
                user_id=user_id,
                id=token.id,
                family_id=family,
                tenant_id=tenant,
                secret_hash=token.hash,
                expires_at=datetime.now(UTC) + timedelta(days=self.days),
            )
        )
        return token
