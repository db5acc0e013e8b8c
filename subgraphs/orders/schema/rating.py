"""`rateOrder`, and what an order's customer said."""

from __future__ import annotations

from uuid import UUID

import strawberry

from subgraphs.common.errors import CodedError, bad
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..rating import Rating, rate_order
from ..resources import Info
from .types import Order, load_order


@strawberry.input(description="Stars for a product of the order, 1 to 5.")
class ProductStarsInput:
    """Each product once."""

    product_id: strawberry.ID
    stars: int


@strawberry.type(description="The rated order, or why it is not rated.")
class RateOrderPayload:
    """`errors` is empty when it is done."""

    order: Order | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RatingMutation:
    """What a customer says afterwards."""

    @strawberry.mutation(description="For the customer, once, after the delivery; stars are 1 to 5.")
    async def rate_order(
        self,
        info: Info,
        order_id: strawberry.ID,
        vendor_stars: int | None = None,
        products: list[ProductStarsInput] | None = None,
        rider_stars: int | None = None,
        text: str | None = None,
    ) -> RateOrderPayload:
        """Idempotent by the order."""
        context = info.context
        context.caller.signed_in()
        try:
            rating = Rating(vendor_stars, _stars(products or []), rider_stars, text)
            await rate_order(context.shards, context.caller, parse_id(order_id), rating)
        except CodedError as error:
            return RateOrderPayload(errors=[UserError.of(error)])
        context.renew()
        return RateOrderPayload(order=await load_order(info, order_id))


def _stars(products: list[ProductStarsInput]) -> dict[UUID, int]:
    stars = {parse_id(each.product_id): each.stars for each in products}
    if len(stars) < len(products):
        raise bad("Each product may be rated once.", "products")
    return stars
