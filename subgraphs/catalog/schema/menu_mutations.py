"""Mutations of menus beside `saveProduct`: batches, deletion, categories; for a vendor's staff and admins."""

from __future__ import annotations

from uuid import UUID

import strawberry

from subgraphs.common.errors import bad
from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered
from subgraphs.common.user_error import UserError

from .. import categories, change_products
from ..change_products import PriceChange
from ..loaders import ProductById
from ..resources import Info
from .types import Category, Product


@strawberry.input(description="Which products can be ordered from now on, or cannot.")
class SetAvailabilityInput:
    """All of them or, if one is none of the vendor's, none."""

    vendor_id: strawberry.ID
    product_ids: list[strawberry.ID]
    available: bool


@strawberry.input(description="A product's new price, in minor units of the vendor's currency.")
class ProductPriceInput:
    """One product may be there once."""

    product_id: strawberry.ID
    price: int


@strawberry.input(description="New prices: of products, or by a percentage for all of a category.")
class ChangePricesInput:
    """A percentage needs `idempotencyKey`, as the same change twice is meant, or sent, twice."""

    vendor_id: strawberry.ID
    prices: list[ProductPriceInput] | None = None
    category_id: strawberry.ID | None = None
    percent: float | None = strawberry.field(default=None, description="10 makes 110 out of 100.")
    idempotency_key: str | None = None

    @property
    def change(self) -> PriceChange:
        """As the domain takes it."""
        prices = None
        if self.prices is not None:
            prices = {parse_id(each.product_id): each.price for each in self.prices}
            if len(prices) < len(self.prices):
                raise bad("Each product may be there once.", "prices")
        category = None if self.category_id is None else parse_id(self.category_id)
        return PriceChange(parse_id(self.vendor_id), prices, category, self.percent, self.idempotency_key)


@strawberry.type(description="The products as they are now, or why none was changed.")
class ProductsPayload:
    """All that the change is about, also those that were so before."""

    products: list[Product] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="Whether it is gone.")
class DeletePayload:
    """`errors` is empty when it is."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="The category as it is now, or why it was not made or changed.")
class CategoryPayload:
    """`errors` is empty when it was."""

    category: Category | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="All categories in their new order, or why it is the old one.")
class ReorderCategoriesPayload:
    """`errors` is empty when it is new."""

    categories: list[Category] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class MenuMutations:
    """Each is harmless when it is sent again."""

    @strawberry.mutation(description="Say of many products at once whether they can be ordered.")
    async def set_availability(self, info: Info, input: SetAvailabilityInput) -> ProductsPayload:
        """Idempotent."""
        return await answered(ProductsPayload, _made_available(info, input))

    @strawberry.mutation(description="Change many prices at once.")
    async def change_prices(self, info: Info, input: ChangePricesInput) -> ProductsPayload:
        """All or none."""
        return await answered(ProductsPayload, _repriced(info, input))

    @strawberry.mutation(description="Take a product off the menu for good; old orders go on showing it.")
    async def delete_product(self, info: Info, vendor_id: strawberry.ID, id: strawberry.ID) -> DeletePayload:
        """Idempotent."""
        return await answered(DeletePayload, _product_deleted(info, vendor_id, id))

    @strawberry.mutation(description="Make a category at the menu's end; of one name there is one.")
    async def create_category(self, info: Info, vendor_id: strawberry.ID, name: str) -> CategoryPayload:
        """Idempotent by its name."""
        return await answered(CategoryPayload, _category_made(info, vendor_id, name))

    @strawberry.mutation(description="Give a category another name.")
    async def rename_category(
        self, info: Info, vendor_id: strawberry.ID, id: strawberry.ID, name: str
    ) -> CategoryPayload:
        """Its products stay in it."""
        return await answered(CategoryPayload, _category_renamed(info, vendor_id, id, name))

    @strawberry.mutation(description="Put categories first, in this order; all others follow in theirs.")
    async def reorder_categories(
        self, info: Info, vendor_id: strawberry.ID, ids: list[strawberry.ID]
    ) -> ReorderCategoriesPayload:
        """Idempotent."""
        return await answered(ReorderCategoriesPayload, _reordered(info, vendor_id, ids))

    @strawberry.mutation(description="Delete a category; its products stay on the menu, in none.")
    async def delete_category(self, info: Info, vendor_id: strawberry.ID, id: strawberry.ID) -> DeletePayload:
        """Idempotent."""
        return await answered(DeletePayload, _category_deleted(info, vendor_id, id))


async def _made_available(info: Info, input: SetAvailabilityInput) -> ProductsPayload:
    ids = [parse_id(id) for id in input.product_ids]
    vendor_id = parse_id(input.vendor_id)
    changed = await change_products.set_availability(info.context, vendor_id, ids, input.available)
    return await _shown(info, changed)


async def _repriced(info: Info, input: ChangePricesInput) -> ProductsPayload:
    return await _shown(info, await change_products.change_prices(info.context, input.change))


async def _shown(info: Info, changed: list[UUID]) -> ProductsPayload:
    info.context.renew()
    rows = await info.context.loader(ProductById).load_many(changed)
    return ProductsPayload(products=[Product.of(row) for row in rows if row])


async def _product_deleted(info: Info, vendor_id: str, id: str) -> DeletePayload:
    await change_products.delete_product(info.context, parse_id(vendor_id), parse_id(id))
    info.context.renew()
    return DeletePayload()


async def _category_made(info: Info, vendor_id: str, name: str) -> CategoryPayload:
    row = await categories.create_category(info.context, parse_id(vendor_id), name)
    return CategoryPayload(category=Category.of(row))


async def _category_renamed(info: Info, vendor_id: str, id: str, name: str) -> CategoryPayload:
    vendor, category = parse_id(vendor_id), parse_id(id)
    row = await categories.rename_category(info.context, vendor, category, name)
    info.context.renew()
    return CategoryPayload(category=Category.of(row))


async def _reordered(info: Info, vendor_id: str, ids: list[strawberry.ID]) -> ReorderCategoriesPayload:
    wanted = [parse_id(id) for id in ids]
    rows = await categories.reorder_categories(info.context, parse_id(vendor_id), wanted)
    info.context.renew()
    return ReorderCategoriesPayload(categories=[Category.of(row) for row in rows])


async def _category_deleted(info: Info, vendor_id: str, id: str) -> DeletePayload:
    await categories.delete_category(info.context, parse_id(vendor_id), parse_id(id))
    info.context.renew()
    return DeletePayload()
