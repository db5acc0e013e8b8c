"""Changes of an order by people: who may take which step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from subgraphs.common.auth import Caller
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound

from .delivery import DeliveredBy, Dispatch
from .models import OrderRow
from .statuses import CANCELLABLE_BY_CUSTOMER, OrderStatus
from .steps import Step, lock_order, take_step

Permission = Callable[[Caller, OrderRow], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A step that a caller wants an order to take, and the rule whether he may."""

    order_id: UUID
    to: OrderStatus
    permission: Permission
    note: str | None = None


async def change_order(shards: Shards, caller: Caller, change: Change) -> None:
    """Take the step, or raise why not."""
    user_id = caller.signed_in()
    async with shards.transaction(change.order_id, "change_order") as session:
        order = await lock_order(session, change.order_id)
        if not may_see(caller, order):
            raise NotFound("There is no such order.")
        change.permission(caller, order)
        await take_step(session, order, Step(change.to, user_id, change.note))


def may_see(caller: Caller, order: OrderRow) -> bool:
    """The customer, the vendor's staff, the rider, and admins; all of the order's marketplace."""
    if caller.anonymous or caller.tenant != order.tenant_id:
        return False
    return caller.user_id in (order.customer_id, order.rider_user_id) or caller.works_for(order.vendor_id)


def by_vendor(caller: Caller, order: OrderRow) -> None:
    """Only the vendor's staff, and admins."""
    if not caller.works_for(order.vendor_id):
        raise Forbidden("Only the vendor may do this.")


def by_vendor_of_courier(caller: Caller, order: OrderRow) -> None:
    """Only the vendor's staff, and admins; only while a provider's courier has the order.

    Nobody else can tell: couriers have no account here. A rider says himself where he is.
    """
    by_vendor(caller, order)
    if order.delivered_by != DeliveredBy.PROVIDER.value:
        raise CodedError(ErrorCode.ILLEGAL_STATUS, "Its rider says that himself.")
    if order.dispatch != Dispatch.DONE.value:
        raise CodedError(ErrorCode.ILLEGAL_STATUS, "No provider has taken this order yet.")


def by_customer(caller: Caller, order: OrderRow) -> None:
    """Only the customer until the kitchen starts, and admins."""
    if caller.is_admin:
        return
    if caller.user_id != order.customer_id:
        raise Forbidden("Only the customer may do this.")
    status = OrderStatus(order.status)
    if status not in CANCELLABLE_BY_CUSTOMER | {OrderStatus.CANCELLED}:
        raise CodedError(ErrorCode.ILLEGAL_STATUS, f"An order that is {status.value} cannot be cancelled.")
