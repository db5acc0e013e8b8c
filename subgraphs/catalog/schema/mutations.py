"""Mutations: what a vendor's staff do with its menu."""

from __future__ import annotations

import strawberry

from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..resources import Info
from ..save_product import ProductValues, Save, save_product
from .types import Product, load_product


@strawberry.input(description="A product as it shall be; with `id` an existing one is changed.")
class SaveProductInput:
    """`idempotencyKey` tells two new products from one that is sent twice; by default its content does."""

    vendor_id: strawberry.ID
    name: str
    price: int = strawberry.field(description="In minor units of the vendor's currency.")
    id: strawberry.ID | None = None
    idempotency_key: str | None = None
    description: str = ""
    category: str = ""
    image: str | None = None
    available: bool = True
    tags: list[str] = strawberry.field(default_factory=list)

    @property
    def save(self) -> Save:
        """As the domain takes it."""
        values = ProductValues(
            name=self.name,
            description=self.description,
            category=self.category,
            price=self.price,
            image=self.image,
            available=self.available,
            tags=tuple(self.tags),
        )
        id = parse_id(self.id) if self.id is not None else None
        return Save(parse_id(self.vendor_id), values, id, self.idempotency_key)


@strawberry.type(description="The saved product, or why it was not saved.")
class SaveProductPayload:
    """One of the two is there."""

    product: Product | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation:
    """What can be done with the catalog."""

    @strawberry.mutation(description="Make or change a product; for the vendor's staff and admins.")
    async def save_product(self, info: Info, input: SaveProductInput) -> SaveProductPayload:
        """Idempotent."""
        try:
            id = await save_product(info.context, input.save)
        except CodedError as error:
            return SaveProductPayload(errors=[UserError.of(error)])
        info.context.renew()
        return SaveProductPayload(product=await load_product(info, id))
