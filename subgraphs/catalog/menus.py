"""Pages of menus: a vendor's categories, and a category's products, each in one statement a shard and level.

Categories stand in their own order, then what is in none; shown are those that have something to show. A
page's cursor is where its last entry stands, so what comes or goes meanwhile moves nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, bindparam, text

from subgraphs.common.connections import Page, encode_cursor
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import parse_id
from subgraphs.common.loaders import ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import CategoryRow, ProductRow

# Before all positions that a column of integers can hold.
_LOWEST, _HIGHEST = -(2**31), 2**31 - 1
_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class MenuPage:
    """A page of a vendor's categories, behind the one that is called `name` and stands at `position`."""

    vendor_id: UUID
    limit: int
    position: int = _LOWEST
    name: str = ""


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """A page of a category's products, behind the product `id` at `position`."""

    vendor_id: UUID
    category: str
    limit: int
    position: int
    id: UUID


@dataclass(frozen=True, slots=True)
class MenuPart:
    """A category of a vendor that has products, and its position."""

    vendor_id: UUID
    name: str
    position: int


def menu_page(vendor_id: UUID, wanted: Page) -> MenuPage:
    """The page that is asked for; BAD_USER_INPUT for a cursor of another list."""
    if wanted.after is None:
        return MenuPage(vendor_id, wanted.limit)
    position, name = _parts(wanted)
    return MenuPage(vendor_id, wanted.limit, position, name)


def category_page(vendor_id: UUID, category: str, wanted: Page) -> CategoryPage:
    """The page that is asked for; BAD_USER_INPUT for a cursor of another list."""
    return CategoryPage(vendor_id, category, wanted.limit, *place_in_menu(wanted))


def place_in_menu(wanted: Page) -> tuple[int, UUID]:
    """Behind which position and product a page of products begins."""
    if wanted.after is None:
        return _LOWEST, _BEFORE_ALL
    position, id = _parts(wanted)
    return position, parse_id(id)


def category_cursor(row: MenuPart) -> str:
    """Where a category stands."""
    return encode_cursor(row.position, row.name)


def product_cursor(row: ProductRow) -> str:
    """Where a product stands in its category."""
    return encode_cursor(row.position, str(row.id))


def place_of_category(row: CategoryRow) -> str:
    """Where a category stands among all."""
    return encode_cursor(row.position, row.name)


def behind(rows: Sequence[CategoryRow], wanted: Page) -> list[CategoryRow]:
    """Those of all categories that a page shows, and one more."""
    if wanted.after is not None:
        after = _parts(wanted)
        rows = [row for row in rows if (row.position, row.name) > after]
    return list(rows[: wanted.limit])


def _parts(wanted: Page) -> tuple[int, str]:
    match wanted.after:
        case (int(position), str(other)) if _LOWEST <= position <= _HIGHEST:
            return position, other
    raise CodedError(ErrorCode.BAD_USER_INPUT, "`after` is not a cursor of this list.", "after")


# Each wanted page is a row of `wanted`; LATERAL lets each have its own bound and length in the one statement.
_CATEGORIES = Read(
    text(
        """
        SELECT wanted.n, found.name, found.position
        FROM unnest(:vendors, :positions, :names, :limits) WITH ORDINALITY
            AS wanted(vendor, position, name, length, n)
        CROSS JOIN LATERAL (
            SELECT part.name, part.position FROM (
                SELECT DISTINCT p.category AS name, coalesce(c.position, 2147483647) AS position
                FROM catalog.products p
                LEFT JOIN catalog.categories c ON c.vendor_id = p.vendor_id AND c.name = p.category
                WHERE p.vendor_id = wanted.vendor AND p.status = 'ACTIVE' AND p.deleted_at IS NULL
            ) part
            WHERE (part.position, part.name) > (wanted.position, wanted.name)
            ORDER BY part.position, part.name LIMIT wanted.length
        ) found ORDER BY wanted.n, found.position, found.name
        """
    ).bindparams(
        bindparam("vendors", type_=ARRAY(Uuid)),
        bindparam("positions", type_=ARRAY(Integer)),
        bindparam("names", type_=ARRAY(Text)),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)
_PRODUCTS = Read(
    text(
        """
        SELECT wanted.n, found.*
        FROM unnest(:vendors, :categories, :positions, :ids, :limits) WITH ORDINALITY
            AS wanted(vendor, category, position, id, length, n)
        CROSS JOIN LATERAL (
            SELECT * FROM catalog.products p
            WHERE p.vendor_id = wanted.vendor AND p.category = wanted.category
                AND p.status = 'ACTIVE' AND p.deleted_at IS NULL
                AND (p.position, p.id) > (wanted.position, wanted.id)
            ORDER BY p.position, p.id LIMIT wanted.length
        ) found ORDER BY wanted.n, found.position, found.id
        """
    ).bindparams(
        bindparam("vendors", type_=ARRAY(Uuid)),
        bindparam("categories", type_=ARRAY(Text)),
        bindparam("positions", type_=ARRAY(Integer)),
        bindparam("ids", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)


class CategoriesByMenuPage(ShardedLoader[MenuPage, list[MenuPart]]):
    """Pages of categories, each with one more than it shows, if there is one."""

    def shard_of(self, key: MenuPage) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(self, shard: ShardId, keys: list[MenuPage]) -> Mapping[MenuPage, list[MenuPart]]:
        """One statement."""
        rows = await self.shards.fetch(
            shard,
            _CATEGORIES,
            self.label,
            vendors=[key.vendor_id for key in keys],
            positions=[key.position for key in keys],
            names=[key.name for key in keys],
            limits=[key.limit for key in keys],
        )
        found: dict[MenuPage, list[MenuPart]] = {}
        for row in rows:
            key = keys[row.n - 1]
            found.setdefault(key, []).append(MenuPart(key.vendor_id, row.name, row.position))
        return found

    def missing(self, key: MenuPage) -> list[MenuPart]:
        """An empty menu."""
        return []


class ProductsByCategoryPage(ShardedLoader[CategoryPage, list[ProductRow]]):
    """Pages of products, each with one more than it shows, if there is one."""

    def shard_of(self, key: CategoryPage) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(
        self, shard: ShardId, keys: list[CategoryPage]
    ) -> Mapping[CategoryPage, list[ProductRow]]:
        """One statement."""
        rows = await self.shards.fetch(
            shard,
            _PRODUCTS,
            self.label,
            vendors=[key.vendor_id for key in keys],
            categories=[key.category for key in keys],
            positions=[key.position for key in keys],
            ids=[key.id for key in keys],
            limits=[key.limit for key in keys],
        )
        return by_number(keys, rows)

    def missing(self, key: CategoryPage) -> list[ProductRow]:
        """Nothing in it."""
        return []
