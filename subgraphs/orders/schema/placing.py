"""`placeOrder` and `placeOrders`: inputs, payloads, mutations."""

from __future__ import annotations

import asyncio
from datetime import datetime

import strawberry

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import parse_id
from subgraphs.common.money import Money
from subgraphs.common.user_error import UserError

from ..placing import Placed, Placing
from ..pricing import Hint, Refused
from ..resources import Info
from ..wanted import Destination, Wanted
from .types import Order, load_order


@strawberry.input(description="A product and how many of it.")
class OrderItemInput:
    """Of the order's vendor."""

    product_id: strawberry.ID
    quantity: int


@strawberry.input(description="Where to deliver.")
class DeliveryAddressInput:
    """`note` is for the rider."""

    lat: float
    lon: float
    street: str = ""
    city: str = ""
    note: str | None = None


@strawberry.input(description="An order; sent again with the same key it is the same order.")
class PlaceOrderInput:
    """The key is the client's, unique among its orders."""

    idempotency_key: str
    vendor_id: strawberry.ID
    items: list[OrderItemInput]
    delivery_address: DeliveryAddressInput
    expected_total: int | None = strawberry.field(
        default=None,
        description="What the customer was told that it costs, in minor units: anything else is refused.",
    )


@strawberry.type(description="What helps with an order that is refused; null where it says nothing.")
class Refusal:
    """Beside the error with its code."""

    opens_at: datetime | None = strawberry.field(description="When the vendor takes orders again.")
    minimum_order: Money | None = strawberry.field(description="The least that the items must cost.")
    total: Money | None = strawberry.field(description="What the order costs now.")
    product_ids: list[strawberry.ID] = strawberry.field(description="What cannot be ordered now.")

    @classmethod
    def of(cls, hint: Hint) -> Refusal:
        """Show it."""
        return cls(
            opens_at=hint.opens_at,
            minimum_order=_money(hint.minimum, hint.currency),
            total=_money(hint.total, hint.currency),
            product_ids=[strawberry.ID(str(id)) for id in hint.product_ids],
        )


@strawberry.type(description="The order, or why there is none.")
class PlaceOrderPayload:
    """`errors` is empty when it is done."""

    order: Order | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)
    refusal: Refusal | None = strawberry.field(
        default=None, description="More about a refusal, where there is more to say."
    )

    @classmethod
    def of_error(cls, error: CodedError) -> PlaceOrderPayload:
        """Why there is no order."""
        refusal = Refusal.of(error.hint) if isinstance(error, Refused) else None
        return cls(errors=[UserError.of(error)], refusal=refusal)


@strawberry.type(description="A result for each order, in the order of the input.")
class PlaceOrdersPayload:
    """`errors` are about all of them: then no order was placed."""

    results: list[PlaceOrderPayload] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PlacingMutation:
    """How orders come to be."""

    @strawberry.mutation(description="Place an order; its vendor accepts it or not.")
    async def place_order(self, info: Info, input: PlaceOrderInput) -> PlaceOrderPayload:
        """Idempotent by caller and key."""
        info.context.caller.signed_in()
        [payload] = await _place(info, [input])
        return payload

    @strawberry.mutation(description="Place up to 50 orders, each as `placeOrder` does, each by itself.")
    async def place_orders(self, info: Info, orders: list[PlaceOrderInput]) -> PlaceOrdersPayload:
        """Idempotent by caller and keys."""
        info.context.caller.signed_in()
        most = info.context.resources.settings.place_orders_max
        if not 1 <= len(orders) <= most:
            message = f"Place 1 to {most} orders at a time."
            error = CodedError(ErrorCode.BAD_USER_INPUT, message, "orders")
            return PlaceOrdersPayload(errors=[UserError.of(error)])
        return PlaceOrdersPayload(results=await _place(info, orders))


async def _place(info: Info, inputs: list[PlaceOrderInput]) -> list[PlaceOrderPayload]:
    context, resources = info.context, info.context.resources
    placing = Placing(
        context.shards, resources.catalog, resources.settings, context.authorization, context.request_id
    )
    wanted = [_wanted(info, input) for input in inputs]
    placed = iter(await placing.place([each for each in wanted if isinstance(each, Wanted)]))
    results: list[Placed] = [next(placed) if isinstance(each, Wanted) else each for each in wanted]
    return await _payloads(info, results)


async def _payloads(info: Info, results: list[Placed]) -> list[PlaceOrderPayload]:
    ids = [str(each) for each in results if not isinstance(each, CodedError)]
    orders = iter(await asyncio.gather(*(load_order(info, id) for id in ids)))
    return [
        PlaceOrderPayload.of_error(each)
        if isinstance(each, CodedError)
        else PlaceOrderPayload(order=next(orders))
        for each in results
    ]


def _wanted(info: Info, input: PlaceOrderInput) -> Wanted | CodedError:
    place, caller = input.delivery_address, info.context.caller
    try:
        return Wanted(
            customer_id=caller.signed_in(),
            tenant=caller.tenant,
            key=input.idempotency_key,
            vendor_id=parse_id(input.vendor_id),
            lines=tuple((parse_id(item.product_id), item.quantity) for item in input.items),
            destination=Destination(place.street, place.city, place.lat, place.lon, place.note),
            expected_total=input.expected_total,
        )
    except CodedError as error:
        return error


def _money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount=amount, currency=currency)
