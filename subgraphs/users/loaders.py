"""Loaders of the users subgraph."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, func, select, text

from subgraphs.common.loaders import ShardedLoader
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import AddressRow, UserRow

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_USERS = Read(select(UserRow.__table__).where(UserRow.id == _IDS))
_ADDRESSES = Read(
    text(
        """
        SELECT a.* FROM unnest(:ids) AS wanted(id) CROSS JOIN LATERAL (
            SELECT * FROM users.addresses WHERE user_id = wanted.id ORDER BY id LIMIT :most
        ) a ORDER BY a.id
        """
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("most", type_=Integer))
)
# Far more than anybody has: the list is a plain one, so it has an end of its own.
_MOST_ADDRESSES = 100


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
    """Addresses of users, the first hundred, oldest first."""

    def shard_of(self, key: UUID) -> ShardId:
        """The user's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[AddressRow]]:
        """One statement."""
        found: dict[UUID, list[AddressRow]] = {}
        rows = await self.shards.fetch_as(
            AddressRow, shard, _ADDRESSES, self.label, ids=keys, most=_MOST_ADDRESSES
        )
        for row in rows:
            found.setdefault(row.user_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[AddressRow]:
        """None saved."""
        return []
