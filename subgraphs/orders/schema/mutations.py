"""Mutations: placing an order, and each step that people may take with it."""

from __future__ import annotations

from uuid import UUID

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..changing import Change, Permission, by_customer, by_vendor, by_vendor_of_courier, change_order
from ..placing import Destination, Placing, Wanted
from ..resources import Info
from ..statuses import OrderStatus
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


@strawberry.type(description="The order, or why there is none.")
class OrderPayload:
    """`errors` is empty when it is done."""

    order: Order | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation:
    """What can be done with orders."""

    @strawberry.mutation(description="Place an order; it is dispatched afterwards.")
    async def place_order(self, info: Info, input: PlaceOrderInput) -> OrderPayload:
        """Idempotent by caller and key."""
        customer = info.context.caller.require(Role.CUSTOMER, Role.ADMIN)
        try:
            order_id = await _placing(info).place(
                _wanted(input, customer, info.context.caller.tenant),
                authorization=info.context.authorization,
                request_id=info.context.request_id,
            )
        except CodedError as error:
            return OrderPayload(errors=[UserError.of(error)])
        return OrderPayload(order=await load_order(info, str(order_id)))

    @strawberry.mutation(description="For the customer, until the kitchen starts.")
    async def cancel_order(self, info: Info, id: strawberry.ID, reason: str | None = None) -> OrderPayload:
        """To CANCELLED."""
        return await _change(info, id, OrderStatus.CANCELLED, by_customer, reason)

    @strawberry.mutation(description="For the vendor: the order will be made.")
    async def accept_order(self, info: Info, id: strawberry.ID) -> OrderPayload:
        """To ACCEPTED."""
        return await _change(info, id, OrderStatus.ACCEPTED, by_vendor)

    @strawberry.mutation(description="For the vendor: the order will not be made.")
    async def reject_order(self, info: Info, id: strawberry.ID, reason: str | None = None) -> OrderPayload:
        """To REJECTED."""
        return await _change(info, id, OrderStatus.REJECTED, by_vendor, reason)

    @strawberry.mutation(description="For the vendor: the kitchen starts.")
    async def start_preparing(self, info: Info, id: strawberry.ID) -> OrderPayload:
        """To PREPARING."""
        return await _change(info, id, OrderStatus.PREPARING, by_vendor)

    @strawberry.mutation(description="For the vendor: a rider may pick the order up.")
    async def mark_ready(self, info: Info, id: strawberry.ID) -> OrderPayload:
        """To READY."""
        return await _change(info, id, OrderStatus.READY, by_vendor)

    @strawberry.mutation(description="For the vendor: a provider's courier has the order.")
    async def mark_picked_up(self, info: Info, id: strawberry.ID) -> OrderPayload:
        """To PICKED_UP; riders of the marketplace have `pickUp`."""
        return await _change(info, id, OrderStatus.PICKED_UP, by_vendor_of_courier)

    @strawberry.mutation(description="For the vendor: the provider says that the order has arrived.")
    async def mark_delivered(self, info: Info, id: strawberry.ID) -> OrderPayload:
        """To DELIVERED; riders of the marketplace have `completeAssignment`."""
        return await _change(info, id, OrderStatus.DELIVERED, by_vendor_of_courier)


async def _change(
    info: Info, id: strawberry.ID, to: OrderStatus, permission: Permission, note: str | None = None
) -> OrderPayload:
    context = info.context
    context.caller.signed_in()
    try:
        change = Change(parse_id(id), to, permission, note)
        await change_order(context.shards, context.caller, change)
    except CodedError as error:
        return OrderPayload(errors=[UserError.of(error)])
    context.renew()
    return OrderPayload(order=await load_order(info, id))


def _placing(info: Info) -> Placing:
    resources = info.context.resources
    return Placing(info.context.shards, resources.catalog, resources.settings)


def _wanted(input: PlaceOrderInput, customer: UUID, tenant: str) -> Wanted:
    place = input.delivery_address
    return Wanted(
        customer_id=customer,
        tenant=tenant,
        key=input.idempotency_key,
        vendor_id=parse_id(input.vendor_id),
        lines=tuple((parse_id(item.product_id), item.quantity) for item in input.items),
        destination=Destination(place.street, place.city, place.lat, place.lon, place.note),
    )
