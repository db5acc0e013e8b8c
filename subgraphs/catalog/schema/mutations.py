"""Mutations: what admins do with vendors, and a vendor's staff with its menu."""

from __future__ import annotations

import strawberry

from subgraphs.common.changes import NEVER_EMPTY, changes_of
from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..product_status import ProductStatus
from ..resources import Info
from ..save_product import Save, save_product
from .menu_mutations import MenuMutations
from .types import Product, load_product
from .vendors import VendorMutations

# What each field becomes by null.
_EMPTIED: dict[str, object] = {
    "name": NEVER_EMPTY,
    "price": NEVER_EMPTY,
    "available": NEVER_EMPTY,
    "description": "",
    "category": "",
    "image": None,
    "tags": [],
    "status": NEVER_EMPTY,
}


@strawberry.input(
    description="With `id` an existing product is changed: absent fields stay as they are, null clears. "
    "Without, a new one is made, which needs a name and a price."
)
class SaveProductInput:
    """`idempotencyKey` tells two new products from one that is sent twice; by default its content does."""

    vendor_id: strawberry.ID
    name: strawberry.Maybe[str | None]
    price: strawberry.Maybe[int | None] = strawberry.field(
        description="In minor units of the vendor's currency."
    )
    id: strawberry.ID | None = None
    idempotency_key: str | None = None
    description: strawberry.Maybe[str | None]
    category: strawberry.Maybe[str | None]
    image: strawberry.Maybe[str | None]
    available: strawberry.Maybe[bool | None] = strawberry.field(
        description="Whether it can be ordered; a new product can."
    )
    tags: strawberry.Maybe[list[str] | None]
    status: strawberry.Maybe[ProductStatus | None] = strawberry.field(
        description="DRAFT keeps a new product off the menu until it is ACTIVE; by default it is."
    )

    @property
    def save(self) -> Save:
        """As the domain takes it."""
        id = parse_id(self.id) if self.id is not None else None
        changes = changes_of(self, _EMPTIED)
        if "status" in changes:
            changes["status"] = changes["status"].value
        return Save(parse_id(self.vendor_id), changes, id, self.idempotency_key)


@strawberry.type(description="The saved product, or why it was not saved.")
class SaveProductPayload:
    """One of the two is there."""

    product: Product | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation(VendorMutations, MenuMutations):
    """What can be done with the catalog."""

    @strawberry.mutation(
        description="Make a product, or change what is given of one; for the vendor's staff and admins."
    )
    async def save_product(self, info: Info, input: SaveProductInput) -> SaveProductPayload:
        """Idempotent."""
        try:
            id = await save_product(info.context, input.save)
        except CodedError as error:
            return SaveProductPayload(errors=[UserError.of(error)])
        info.context.renew()
        return SaveProductPayload(product=await load_product(info, id))
