"""Phone numbers are unique in a tenant, over all shards and without a global lock.

    1. claim    INSERT into phone_claims on the phone's shard (its primary key decides who is first)
    2. create   INSERT the user on the user's shard, and before that commits:
    3. confirm  UPDATE the claim, which must still be ours

A process that dies after 1 leaves a claim whose user never came; after `claim_seconds` another registration
takes it over. A slow process whose claim was taken over finds out in step 3 and rolls its user back. Between
3 and its commit PostgreSQL ends idle transactions (idle_in_transaction_session_timeout) sooner than claims
can be taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from subgraphs.common.database import Shards
from subgraphs.common.ids import bucket_of_text

from .models import PhoneClaimRow, UserRow


@dataclass(frozen=True, slots=True)
class PhoneClaims:
    """The claims of one tenant."""

    shards: Shards
    tenant: str
    seconds: int

    async def owner(self, phone: str) -> UUID | None:
        """The user who has claimed the number."""
        rows = await self.shards.fetch(
            self._shard(phone), select(PhoneClaimRow.user_id).where(*self._is(phone)), "PhoneClaim"
        )
        return rows[0].user_id if rows else None

    async def claim(self, phone: str, user_id: UUID) -> UUID | None:
        """Claim a number; returns the user who has it instead, if there is one."""
        if await self._insert(phone, user_id):
            return None
        owner = await self.owner(phone)
        if owner is None or owner == user_id:
            return None if await self._insert(phone, user_id) else owner
        if await self._has(owner, phone) or not await self._take_over(phone, owner, user_id):
            return owner
        return None

    async def confirm(self, phone: str, user_id: UUID) -> bool:
        """Whether the claim is still ours; keeps it from being taken over for a while."""
        statement = update(PhoneClaimRow).where(*self._is(phone), PhoneClaimRow.user_id == user_id)
        return await self._changes(phone, statement.values(at=func.now()).returning(PhoneClaimRow.user_id))

    async def _insert(self, phone: str, user_id: UUID) -> bool:
        row = insert(PhoneClaimRow).values(phone=phone, tenant_id=self.tenant, user_id=user_id)
        return await self._changes(phone, row.on_conflict_do_nothing().returning(PhoneClaimRow.user_id))

    async def _take_over(self, phone: str, owner: UUID, user_id: UUID) -> bool:
        stale = PhoneClaimRow.at < func.now() - timedelta(seconds=self.seconds)
        statement = update(PhoneClaimRow).where(*self._is(phone), PhoneClaimRow.user_id == owner, stale)
        return await self._changes(
            phone, statement.values(user_id=user_id, at=func.now()).returning(PhoneClaimRow.user_id)
        )

    async def release(self, phone: str, user_id: UUID) -> None:
        """Give a number up that its user has no more."""
        statement = delete(PhoneClaimRow).where(*self._is(phone), PhoneClaimRow.user_id == user_id)
        await self._changes(phone, statement.returning(PhoneClaimRow.user_id))

    async def _has(self, user_id: UUID, phone: str) -> bool:
        """Who has changed his number and died before its release has it no more."""
        query = select(UserRow.id).where(UserRow.id == user_id, UserRow.phone == phone)
        return bool(await self.shards.fetch(self.shards.map.shard_of(user_id), query, "UserExists"))

    async def _changes(self, phone: str, statement: Executable) -> bool:
        async with self.shards.transaction_on(self._shard(phone), "PhoneClaim") as session:
            return (await session.execute(statement)).first() is not None

    def _is(self, phone: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return PhoneClaimRow.phone == phone, PhoneClaimRow.tenant_id == self.tenant

    def _shard(self, phone: str) -> int:
        return self.shards.map.shard_of_bucket(phone_bucket(phone))


def phone_bucket(phone: str) -> int:
    """The bucket on whose shard a number's claim lives."""
    return bucket_of_text(phone)
