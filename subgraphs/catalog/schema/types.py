"""`Vendor` and `Product`, from rows; public within their tenant."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import strawberry

from subgraphs.common.connections import Connection, connection
from subgraphs.common.errors import CodedError
from subgraphs.common.money import Money
from subgraphs.common.references import Representations, load_entities

from ..loaders import ProductById, VendorById
from ..menus import (
    CategoriesByMenuPage,
    CategoryRow,
    ProductsByCategoryPage,
    category_cursor,
    category_page,
    menu_page,
    product_cursor,
)
from ..models import ProductRow, VendorRow
from ..resources import Info
from .terms import GeoPoint, SellingTerms


@strawberry.type(description="A part of a menu.")
class MenuCategory:
    """From a `CategoryRow`."""

    name: str
    row: strawberry.Private[CategoryRow]

    @strawberry.field(description="What it has, in the order of the menu.")
    async def products(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Product]:
        """One statement a shard for all categories of a level."""
        wanted = info.context.page(first, after)
        page = category_page(self.row.vendor_id, self.row.name, wanted)
        rows = await info.context.loader(ProductsByCategoryPage).load(page)
        return connection(rows, wanted, Product.of, product_cursor)

    @classmethod
    def of(cls, row: CategoryRow) -> MenuCategory:
        """Show a row."""
        return cls(name=row.name, row=row)


@strawberry.federation.type(keys=["id"], description="A place that sells and has its products delivered.")
class Vendor(SellingTerms):
    """From a `VendorRow`."""

    id: strawberry.ID
    name: str
    description: str
    cuisines: list[str]
    region: str
    city: str
    street: str
    location: GeoPoint
    timezone: str = strawberry.field(description="IANA name of its time zone.")
    rating: float | None = strawberry.field(description="From 1 to 5; null until somebody rated.")
    rating_count: int

    @strawberry.field(description="What it sells, by category, in the order of their first products.")
    async def menu(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[MenuCategory]:
        """One statement a shard for all vendors of a level."""
        wanted = info.context.page(first, after)
        rows = await info.context.loader(CategoriesByMenuPage).load(menu_page(self.row.id, wanted))
        return connection(rows, wanted, MenuCategory.of, category_cursor)

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[Vendor | CodedError | None]:
        """As entities: vendors of the caller's tenant."""
        return await load_entities(representations, info.context.loader(VendorById), _shown_vendor(info))

    @classmethod
    def of(cls, row: VendorRow) -> Vendor:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            description=row.description,
            cuisines=row.cuisines,
            region=row.region,
            city=row.city,
            street=row.street,
            location=GeoPoint(lat=row.lat, lon=row.lon),
            timezone=row.timezone,
            rating=row.rating,
            rating_count=row.ratings,
            row=row,
        )


@strawberry.federation.type(keys=["id"], description="Something on a vendor's menu.")
class Product:
    """From a `ProductRow`."""

    id: strawberry.ID
    name: str
    description: str
    category: str
    price: Money
    image: str | None = strawberry.field(description="Address of a picture.")
    available: bool = strawberry.field(description="Whether it can be ordered now.")
    tags: list[str]
    rating: float | None = strawberry.field(description="From 1 to 5; null until somebody rated.")
    rating_count: int
    row: strawberry.Private[ProductRow]

    @strawberry.field(description="Who sells it.")
    async def vendor(self, info: Info) -> Vendor:
        """One statement a shard for all products of a level."""
        vendor = await load_vendor(info, self.row.vendor_id)
        assert vendor is not None, "a product's vendor is on its shard"
        return vendor

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[Product | CodedError | None]:
        """As entities: products of the caller's tenant."""
        return await load_entities(representations, info.context.loader(ProductById), _shown_product(info))

    @classmethod
    def of(cls, row: ProductRow) -> Product:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            description=row.description,
            category=row.category,
            price=Money(amount=row.price, currency=row.currency),
            image=row.image,
            available=row.available,
            tags=row.tags,
            rating=row.rating,
            rating_count=row.ratings,
            row=row,
        )


async def load_vendor(info: Info, id: UUID) -> Vendor | None:
    """A vendor of the caller's tenant."""
    return _shown_vendor(info)(await info.context.loader(VendorById).load(id))


async def load_product(info: Info, id: UUID) -> Product | None:
    """A product of the caller's tenant."""
    return _shown_product(info)(await info.context.loader(ProductById).load(id))


def _shown_vendor(info: Info) -> Callable[[VendorRow | None], Vendor | None]:
    tenant = info.context.caller.tenant
    return lambda row: Vendor.of(row) if row and row.tenant_id == tenant else None


def _shown_product(info: Info) -> Callable[[ProductRow | None], Product | None]:
    tenant = info.context.caller.tenant
    return lambda row: Product.of(row) if row and row.tenant_id == tenant else None
