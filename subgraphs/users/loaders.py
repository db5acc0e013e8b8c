"""Loaders of the users subgraph."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select

from subgraphs.common.loaders import ShardedLoader
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import AddressRow, UserRow

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_USERS = Read(select(UserRow.__table__).where(UserRow.id == _IDS))
_ADDRESSES = Read(select(AddressRow.__table__).where(AddressRow.user_id == _IDS).order_by(AddressRow.id))


class UserById(ShardedLoader[UUID, UserRow | None]):
    """Users by id."""

    def shard_of(self, key: UUID) -> ShardId:
        """The id knows."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, UserRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(UserRow, shard, _USERS, self.label, ids=keys)
        return {row.id: row for row in rows}

    def missing(self, key: UUID) -> UserRow | None:
        """No such user."""
        return None


class AddressesByUserId(ShardedLoader[UUID, list[AddressRow]]):
    """Addresses of users, oldest first."""

    def shard_of(self, key: UUID) -> ShardId:
        """The user's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[AddressRow]]:
        """One statement."""
        found: dict[UUID, list[AddressRow]] = {}
        for row in await self.shards.fetch_as(AddressRow, shard, _ADDRESSES, self.label, ids=keys):
            found.setdefault(row.user_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[AddressRow]:
        """None saved."""
        return []
