"""Loaders of the users subgraph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, func, select, text

from subgraphs.common.connections import Page, merge_rows
from subgraphs.common.ids import parse_id
from subgraphs.common.loaders import AllShardsLoader, ShardedLoader
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import AddressRow, RefreshFamilyRow, StaffRow, UserRow

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
_STAFF = Read(
    select(StaffRow.__table__).where(StaffRow.user_id == _IDS).order_by(StaffRow.user_id, StaffRow.vendor_id)
)
_STAFF_OF_VENDORS = Read(
    text(
        """
        SELECT wanted.place, s.* FROM unnest(:ids, :afters, :limits) WITH ORDINALITY
            AS wanted(id, after, most, place)
        CROSS JOIN LATERAL (
            SELECT * FROM users.staff WHERE vendor_id = wanted.id AND user_id > wanted.after
            ORDER BY user_id LIMIT wanted.most
        ) s ORDER BY s.user_id
        """
    ).bindparams(
        bindparam("ids", type_=ARRAY(Uuid)),
        bindparam("afters", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)
# A login lives as long as its youngest token, which is as old as the login was last refreshed.
_SESSIONS = Read(
    text(
        """
        SELECT f.* FROM unnest(:ids) AS wanted(id) CROSS JOIN LATERAL (
            SELECT * FROM users.refresh_families AS family
            WHERE user_id = wanted.id AND revoked_at IS NULL AND EXISTS (
                SELECT FROM users.refresh_tokens AS token WHERE token.user_id = family.user_id
                AND token.family_id = family.id AND token.used_at IS NULL AND token.expires_at > now()
            ) ORDER BY id DESC LIMIT :most
        ) f ORDER BY f.id DESC
        """
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("most", type_=Integer))
)
# Far more than anybody has: the lists are plain ones, so they have an end of their own.
MOST_ADDRESSES = 100
_MOST_SESSIONS = 100
_BELOW_ALL = UUID(int=0)


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
            AddressRow, shard, _ADDRESSES, self.label, ids=keys, most=MOST_ADDRESSES
        )
        for row in rows:
            found.setdefault(row.user_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[AddressRow]:
        """None saved."""
        return []


class StaffByUserId(ShardedLoader[UUID, list[StaffRow]]):
    """Whose staff users are, by vendor; `memberships_max` bounds it."""

    def shard_of(self, key: UUID) -> ShardId:
        """The user's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[StaffRow]]:
        """One statement."""
        found: dict[UUID, list[StaffRow]] = {}
        for row in await self.shards.fetch_as(StaffRow, shard, _STAFF, self.label, ids=keys):
            found.setdefault(row.user_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[StaffRow]:
        """Nobody's."""
        return []


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of a vendor's staff, by user."""

    vendor_id: UUID
    page: Page

    @property
    def after(self) -> UUID:
        """The user behind whom it begins."""
        return parse_id(str(self.page.after[0])) if self.page.after else _BELOW_ALL


class StaffByVendorId(AllShardsLoader[StaffPage, list[StaffRow]]):
    """Pages of vendors' staff, merged from all shards, each with one row more than it shows."""

    async def fetch(self, shard: ShardId, keys: list[StaffPage]) -> Mapping[StaffPage, list[StaffRow]]:
        """One statement."""
        found: dict[StaffPage, list[StaffRow]] = {}
        rows = await self.shards.fetch(
            shard,
            _STAFF_OF_VENDORS,
            self.label,
            ids=[key.vendor_id for key in keys],
            afters=[key.after for key in keys],
            limits=[key.page.limit for key in keys],
        )
        for row in rows:
            found.setdefault(keys[row.place - 1], []).append(cast("StaffRow", row))
        return found

    def merge(self, key: StaffPage, parts: list[list[StaffRow]]) -> list[StaffRow]:
        """The first of all."""
        return merge_rows(parts, lambda row: row.user_id, key.page.limit, newest_first=False)


class SessionsByUserId(ShardedLoader[UUID, list[RefreshFamilyRow]]):
    """Logins of users that can still be refreshed, the hundred youngest, youngest first."""

    def shard_of(self, key: UUID) -> ShardId:
        """The user's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[RefreshFamilyRow]]:
        """One statement."""
        found: dict[UUID, list[RefreshFamilyRow]] = {}
        rows = await self.shards.fetch_as(
            RefreshFamilyRow, shard, _SESSIONS, self.label, ids=keys, most=_MOST_SESSIONS
        )
        for row in rows:
            found.setdefault(row.user_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[RefreshFamilyRow]:
        """Logged in nowhere."""
        return []
