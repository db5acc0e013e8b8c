"""Loaders of the catalog subgraph: one statement a shard for all keys of a level."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select

from subgraphs.common.loaders import ShardedLoader
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import CategoryRow, ProductRow, VendorRow

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_VENDORS = Read(select(VendorRow.__table__).where(VendorRow.id == _IDS))
_PRODUCTS = Read(select(ProductRow.__table__).where(ProductRow.id == _IDS))
_MENUS = Read(
    select(ProductRow.__table__)
    .where(ProductRow.vendor_id == _IDS, ProductRow.deleted_at.is_(None))
    .order_by(ProductRow.vendor_id, ProductRow.position, ProductRow.id)
)
_CATEGORIES = Read(
    select(CategoryRow.__table__)
    .where(CategoryRow.vendor_id == _IDS)
    .order_by(CategoryRow.vendor_id, CategoryRow.position, CategoryRow.name)
)


class VendorById(ShardedLoader[UUID, VendorRow | None]):
    """Vendors by id."""

    def shard_of(self, key: UUID) -> ShardId:
        """The id knows."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, VendorRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(VendorRow, shard, _VENDORS, self.label, ids=keys)
        return {row.id: row for row in rows}

    def missing(self, key: UUID) -> VendorRow | None:
        """No such vendor."""
        return None


class ProductById(ShardedLoader[UUID, ProductRow | None]):
    """Products by id."""

    def shard_of(self, key: UUID) -> ShardId:
        """The id carries its vendor's bucket."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, ProductRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(ProductRow, shard, _PRODUCTS, self.label, ids=keys)
        return {row.id: row for row in rows}

    def missing(self, key: UUID) -> ProductRow | None:
        """No such product."""
        return None


class ProductsByVendorId(ShardedLoader[UUID, list[ProductRow]]):
    """All products of vendors, in the order of their menus; drafts too, deleted ones not."""

    def shard_of(self, key: UUID) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[ProductRow]]:
        """One statement."""
        found: dict[UUID, list[ProductRow]] = {}
        for row in await self.shards.fetch_as(ProductRow, shard, _MENUS, self.label, ids=keys):
            found.setdefault(row.vendor_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[ProductRow]:
        """An empty menu."""
        return []


class CategoriesByVendorId(ShardedLoader[UUID, list[CategoryRow]]):
    """All categories of vendors, in their order; a setting bounds how many a vendor has."""

    def shard_of(self, key: UUID) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[CategoryRow]]:
        """One statement."""
        found: dict[UUID, list[CategoryRow]] = {}
        for row in await self.shards.fetch_as(CategoryRow, shard, _CATEGORIES, self.label, ids=keys):
            found.setdefault(row.vendor_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[CategoryRow]:
        """None yet."""
        return []
