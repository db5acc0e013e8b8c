"""Mutations: each step that people may take with an order, beside placing it."""

from __future__ import annotations

import strawberry

from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..changing import Change, Permission, by_customer, by_vendor, by_vendor_of_courier, change_order
from ..resources import Info
from ..statuses import OrderStatus
from .placing import PlacingMutation
from .rating import RatingMutation
from .types import Order, load_order


@strawberry.type(description="The order, or why there is none.")
class OrderPayload:
    """`errors` is empty when it is done."""

    order: Order | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation(PlacingMutation, RatingMutation):
    """What can be done with orders."""

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
