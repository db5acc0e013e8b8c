"""Who delivers an order: decided once, on its locked row, by the rule that its vendor had when it was placed.

    PENDING ─ accepted ─► PROVIDER ──────────────────────► provider (dispatch WAITING)
                      └─► OWN_RIDERS, RIDERS_THEN_PROVIDER ─► riders are asked
    riders are asked ─ one accepts ──────────────────────► rider
                     ├ none is left, RIDERS_THEN_PROVIDER ─► provider
                     └ none is left, OWN_RIDERS ───────────► riders are asked as they come, until it is ended

`delivered_by` is written here only, and only where nobody delivers yet, so that it is never both. A row in;
whether what others know of its delivery has changed, out.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.outbox import emit

from .models import OrderRow
from .statuses import FINAL, OrderStatus


@strawberry.enum(description="Who delivers an order.")
class DeliveredBy(Enum):
    """One of the marketplace's riders, or a delivery provider's courier."""

    RIDER = "RIDER"
    PROVIDER = "PROVIDER"


class Dispatch(Enum):
    """Where the order stands with the delivery provider."""

    IDLE = "IDLE"
    """No provider is wanted, as yet."""
    WAITING = "WAITING"
    """To be handed over; a call may be under way."""
    DONE = "DONE"
    """The provider has it."""
    FAILED = "FAILED"
    """The provider refuses it."""
    CANCELLED = "CANCELLED"
    """The order ended before a provider was wanted."""
    TAKING_BACK = "TAKING_BACK"
    """The order ended, and the provider, who has it or may have it, is to be told."""
    TAKEN_BACK = "TAKEN_BACK"
    """The provider knows that it ended, or never had it."""
    NOT_TAKEN_BACK = "NOT_TAKEN_BACK"
    """The provider could not be told."""


@strawberry.enum(description="Where an order's delivery stands.")
class DeliveryState(Enum):
    """Of one order."""

    AWAITING_VENDOR = strawberry.enum_value("AWAITING_VENDOR", description="The vendor has yet to accept it.")
    SEARCHING_RIDER = strawberry.enum_value("SEARCHING_RIDER", description="Riders are asked for it.")
    WAITING_FOR_RIDER = strawberry.enum_value(
        "WAITING_FOR_RIDER", description="No rider is left to ask; those who come online are."
    )
    DISPATCHING = strawberry.enum_value("DISPATCHING", description="A delivery provider is asked to take it.")
    ASSIGNED = strawberry.enum_value("ASSIGNED", description="A rider or a delivery provider has it.")
    DELIVERED = strawberry.enum_value("DELIVERED", description="It has arrived.")
    ENDED = strawberry.enum_value("ENDED", description="It ended before it was delivered.")
    TAKING_BACK = strawberry.enum_value(
        "TAKING_BACK", description="It ended, and the delivery provider is being told."
    )
    NOT_TAKEN_BACK = strawberry.enum_value(
        "NOT_TAKEN_BACK", description="It ended, and the delivery provider could not be told."
    )


# Until here a rider, or a provider instead of one, may still be found.
OPEN_FOR_DELIVERY = frozenset({OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY})
_OF_DISPATCH = {
    Dispatch.TAKING_BACK.value: DeliveryState.TAKING_BACK,
    Dispatch.NOT_TAKEN_BACK.value: DeliveryState.NOT_TAKEN_BACK,
}


def state_of(order: OrderRow) -> DeliveryState:
    """What the row's columns mean together."""
    status = OrderStatus(order.status)
    if told := _OF_DISPATCH.get(order.dispatch):
        return told
    if status is OrderStatus.DELIVERED:
        return DeliveryState.DELIVERED
    if status in FINAL:
        return DeliveryState.ENDED
    if order.delivered_by == DeliveredBy.PROVIDER.value and order.dispatch == Dispatch.WAITING.value:
        return DeliveryState.DISPATCHING
    if order.delivered_by:
        return DeliveryState.ASSIGNED
    if status is OrderStatus.PENDING:
        return DeliveryState.AWAITING_VENDOR
    return DeliveryState.WAITING_FOR_RIDER if order.riders_exhausted else DeliveryState.SEARCHING_RIDER


def begin(order: OrderRow, now: datetime) -> bool:
    """The vendor has accepted."""
    if order.delivered_by:
        return False
    if order.delivery_rule == DeliveryRule.PROVIDER.value:
        return _to_provider(order)
    order.rider_wanted_since = now
    return False


def end(order: OrderRow, to: OrderStatus, now: datetime) -> bool:
    """The order has come to its end; a provider who has it, or may have it, must learn of that."""
    order.rider_wanted_since = None
    if to is OrderStatus.DELIVERED:
        return False
    if order.dispatch in (Dispatch.WAITING.value, Dispatch.DONE.value):
        order.dispatch, order.take_back_since = Dispatch.TAKING_BACK.value, now
        order.refusals, order.provider_away_since = 0, None
        return True
    if order.dispatch == Dispatch.IDLE.value:
        order.dispatch = Dispatch.CANCELLED.value
    return False


def offered(order: OrderRow, rider_id: UUID, rider_user_id: UUID) -> bool:
    """A rider is asked: he may see the order now."""
    if order.delivered_by or OrderStatus(order.status) in FINAL:
        return False
    order.rider_id, order.rider_user_id = rider_id, rider_user_id
    searching_again, order.riders_exhausted = order.riders_exhausted, False
    return searching_again


def accepted(order: OrderRow, rider_id: UUID, rider_user_id: UUID) -> bool:
    """A rider has said yes. Does nothing for an order that the provider, or another rider, delivers."""
    if order.delivered_by or OrderStatus(order.status) in FINAL:
        return False
    if order.delivery_rule == DeliveryRule.PROVIDER.value:
        return False
    order.delivered_by = DeliveredBy.RIDER.value
    order.rider_id, order.rider_user_id = rider_id, rider_user_id
    order.rider_wanted_since, order.riders_exhausted = None, False
    return True


def is_delivered_by(order: OrderRow, rider_id: UUID) -> bool:
    """Whether the order is this rider's."""
    return order.delivered_by == DeliveredBy.RIDER.value and order.rider_id == rider_id


def let_go(order: OrderRow, rider_id: UUID, now: datetime) -> bool:
    """A rider has it no more: he declined, his offer expired, or he was taken off."""
    if order.rider_id != rider_id or order.status in (
        OrderStatus.PICKED_UP.value,
        OrderStatus.DELIVERED.value,
    ):
        return False
    order.rider_id = order.rider_user_id = None
    if order.delivered_by != DeliveredBy.RIDER.value or OrderStatus(order.status) in FINAL:
        return False
    order.delivered_by, order.rider_wanted_since = None, now
    return True


def no_rider_left(order: OrderRow) -> bool:
    """All who could be asked have been: to the provider, if the rule says so."""
    if order.delivered_by or OrderStatus(order.status) not in OPEN_FOR_DELIVERY:
        return False
    if order.delivery_rule == DeliveryRule.RIDERS_THEN_PROVIDER.value:
        return _to_provider(order)
    waiting_already, order.riders_exhausted = order.riders_exhausted, True
    return not waiting_already


def _to_provider(order: OrderRow) -> bool:
    order.delivered_by, order.dispatch = DeliveredBy.PROVIDER.value, Dispatch.WAITING.value
    order.rider_id = order.rider_user_id = order.rider_wanted_since = None
    order.riders_exhausted = False
    return True


async def tell_delivery(session: AsyncSession | AsyncConnection, order: OrderRow) -> None:
    """Emit `order.delivery`, in the transaction of the change."""
    payload = {
        "orderId": str(order.id),
        "customerId": str(order.customer_id),
        "vendorId": str(order.vendor_id),
        "riderId": str(order.rider_id) if order.rider_id else None,
        "state": state_of(order).value,
        **who_delivers(order),
    }
    await emit(session, "order.delivery", order.id, payload, tenant=order.tenant_id)


def who_delivers(order: OrderRow) -> dict[str, Any]:
    """What every event of an order tells of it."""
    return {
        "deliveryRule": order.delivery_rule,
        "ridersOffers": order.riders_offers,
        "deliveredBy": order.delivered_by,
    }
