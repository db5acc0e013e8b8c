"""`Vendor` and `Product`, from rows; public within their tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.common.connections import Connection, connection
from subgraphs.common.errors import CodedError
from subgraphs.common.money import Money
from subgraphs.common.references import Representations, load_entities

from ..loaders import CategoriesByVendorId, ProductById, VendorById
from ..menus import (
    CategoriesByMenuPage,
    MenuPart,
    ProductsByCategoryPage,
    behind,
    category_cursor,
    category_page,
    menu_page,
    place_of_category,
    product_cursor,
)
from ..models import CategoryRow, ProductRow, VendorRow
from ..product_lists import ProductChoice, ProductsByPage, product_page
from ..product_status import ProductStatus, can_be_ordered, may_see
from ..resources import Info
from ..save_vendor import check_works_for
from .reviews import Review, reviews_of
from .terms import GeoPoint, SellingTerms


@strawberry.type(description="A part of a menu.")
class MenuCategory:
    """From a `MenuPart`."""

    name: str
    row: strawberry.Private[MenuPart]

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
    def of(cls, row: MenuPart) -> MenuCategory:
        """Show a row."""
        return cls(name=row.name, row=row)


@strawberry.type(description="A category of a vendor's menu.")
class Category:
    """From a `CategoryRow`."""

    id: strawberry.ID
    name: str

    @classmethod
    def of(cls, row: CategoryRow) -> Category:
        """Show a row."""
        return cls(id=strawberry.ID(str(row.id)), name=row.name)


@strawberry.input(description="What products must be like; all that is given must hold.")
class ProductFilter:
    """An empty one filters nothing."""

    status: ProductStatus | None = None
    available: bool | None = None
    category: str | None = strawberry.field(default=None, description="Its name; empty: in none.")

    @property
    def choice(self) -> ProductChoice:
        """As the domain takes it."""
        return ProductChoice(self.status and self.status.value, self.available, self.category)


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

    @strawberry.field(description="Its products in the order of the menu; drafts for its staff alone.")
    async def products(
        self,
        info: Info,
        filter: ProductFilter | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Product]:
        """One statement a shard for all vendors of a level."""
        wanted, chosen = info.context.page(first, after), filter or ProductFilter()
        drafts = info.context.caller.works_for(self.row.id)
        page = product_page(self.row.id, wanted, chosen.choice, drafts=drafts)
        rows = await info.context.loader(ProductsByPage).load(page)
        return connection(rows, wanted, Product.of, product_cursor)

    @strawberry.field(description="All categories of its menu, empty ones too; for its staff and admins.")
    async def categories(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Category] | None:
        """One statement a shard for all vendors of a level."""
        check_works_for(info.context, self.row.id)
        wanted = info.context.page(first, after)
        rows = await info.context.loader(CategoriesByVendorId).load(self.row.id)
        return connection(behind(rows, wanted), wanted, Category.of, place_of_category)

    @strawberry.field(description="What it sells now, by category.")
    async def menu(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[MenuCategory]:
        """One statement a shard for all vendors of a level."""
        wanted = info.context.page(first, after)
        rows = await info.context.loader(CategoriesByMenuPage).load(menu_page(self.row.id, wanted))
        return connection(rows, wanted, MenuCategory.of, category_cursor)

    @strawberry.field(description="What customers say of it, the newest first.")
    async def reviews(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Review]:
        """One statement a shard for all vendors of a level."""
        return await reviews_of(info, self.row.id, self.row.id, first, after)

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
    available: bool = strawberry.field(
        description="Whether it can be ordered now, its vendor's state and hours aside."
    )
    status: ProductStatus
    deleted_at: datetime | None = strawberry.field(description="When it was taken off the menu for good.")
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

    @strawberry.field(description="What customers say of it, the newest first.")
    async def reviews(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Review]:
        """One statement a shard for all products of a level."""
        return await reviews_of(info, self.row.vendor_id, self.row.id, first, after)

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
            available=can_be_ordered(row),
            status=ProductStatus(row.status),
            deleted_at=row.deleted_at,
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
    caller = info.context.caller
    return lambda row: Product.of(row) if row and may_see(caller, row) else None
