"""Pages of a vendor's products by what they are, drafts among them for its staff: one statement a shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Integer, Text, Uuid, bindparam, text

from subgraphs.common.connections import Page
from subgraphs.common.loaders import ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .menus import place_in_menu
from .models import ProductRow


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """Which products; None: all. `status` None: of any that its reader may see."""

    status: str | None = None
    available: bool | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A page of a vendor's products, behind the product `id` at `position`."""

    vendor_id: UUID
    limit: int
    position: int
    id: UUID
    drafts: bool
    choice: ProductChoice = field(default_factory=ProductChoice)


def product_page(vendor_id: UUID, wanted: Page, choice: ProductChoice, *, drafts: bool) -> ProductPage:
    """The page that is asked for; BAD_USER_INPUT for a cursor of another list."""
    return ProductPage(vendor_id, wanted.limit, *place_in_menu(wanted), drafts, choice)


_PRODUCTS = Read(
    text(
        """
        SELECT wanted.n, found.*
        FROM unnest(:vendors, :positions, :ids, :limits, :drafts, :statuses, :availables, :categories)
            WITH ORDINALITY
            AS wanted(vendor, position, id, length, drafts, status, available, category, n)
        CROSS JOIN LATERAL (
            SELECT * FROM catalog.products p
            WHERE p.vendor_id = wanted.vendor AND (p.position, p.id) > (wanted.position, wanted.id)
                AND p.deleted_at IS NULL AND (wanted.drafts OR p.status = 'ACTIVE')
                AND (wanted.status IS NULL OR p.status = wanted.status)
                AND (wanted.available IS NULL OR p.available = wanted.available)
                AND (wanted.category IS NULL OR p.category = wanted.category)
            ORDER BY p.position, p.id LIMIT wanted.length
        ) found ORDER BY wanted.n, found.position, found.id
        """
    ).bindparams(
        bindparam("vendors", type_=ARRAY(Uuid)),
        bindparam("positions", type_=ARRAY(Integer)),
        bindparam("ids", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(Integer)),
        bindparam("drafts", type_=ARRAY(Boolean)),
        bindparam("statuses", type_=ARRAY(Text)),
        bindparam("availables", type_=ARRAY(Boolean)),
        bindparam("categories", type_=ARRAY(Text)),
    )
)


class ProductsByPage(ShardedLoader[ProductPage, list[ProductRow]]):
    """Pages of products, each with one more than it shows, if there is one."""

    def shard_of(self, key: ProductPage) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(self, shard: ShardId, keys: list[ProductPage]) -> Mapping[ProductPage, list[ProductRow]]:
        """One statement."""
        rows = await self.shards.fetch(
            shard,
            _PRODUCTS,
            self.label,
            vendors=[key.vendor_id for key in keys],
            positions=[key.position for key in keys],
            ids=[key.id for key in keys],
            limits=[key.limit for key in keys],
            drafts=[key.drafts for key in keys],
            statuses=[key.choice.status for key in keys],
            availables=[key.choice.available for key in keys],
            categories=[key.choice.category for key in keys],
        )
        return by_number(keys, rows)

    def missing(self, key: ProductPage) -> list[ProductRow]:
        """Nothing like that."""
        return []
