"""Taking an order from one status to the next: checked, noted and told, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.ids import time_of
from subgraphs.common.outbox import emit

from .delivery import begin, end, tell_delivery, who_delivers
from .models import OrderRow, OrderStepRow
from .statuses import FINAL, OrderStatus, may_step


@dataclass(frozen=True, slots=True)
class Step:
    """What shall happen: the status to reach, through whom, why; `allowed` is the rule that it must fit."""

    to: OrderStatus
    by_user: UUID | None = None
    note: str | None = None
    allowed: Callable[[OrderStatus, OrderStatus], bool] = may_step


async def lock_order(session: AsyncSession, order_id: UUID) -> OrderRow:
    """The order, locked until the transaction ends; NOT_FOUND if there is none."""
    query = select(OrderRow).where(OrderRow.id == order_id).with_for_update()
    order = (await session.scalars(query, execution_options={"label": "lock_order"})).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


async def take_step(session: AsyncSession, order: OrderRow, step: Step) -> OrderRow:
    """Take a locked order to a status; a step already taken is done again by doing nothing."""
    current = OrderStatus(order.status)
    if current is step.to:
        return order
    if not step.allowed(current, step.to):
        raise CodedError(
            ErrorCode.ILLEGAL_STATUS, f"An order cannot go from {current.value} to {step.to.value}."
        )
    order.status = step.to.value
    delivery_changed = _follow(order, step.to)
    session.add(step_row(order, step))
    await session.flush()
    payload = event_payload(order, previous=current)
    await emit(session, "order.status", order.id, payload, tenant=order.tenant_id)
    if delivery_changed:
        await tell_delivery(session, order)
    return order


def _follow(order: OrderRow, to: OrderStatus) -> bool:
    """What a status means for the delivery; whether others must be told of that."""
    if to is OrderStatus.ACCEPTED:
        return begin(order, datetime.now(UTC))
    return to in FINAL and end(order, to, datetime.now(UTC))


def event_payload(order: OrderRow, previous: OrderStatus | None = None) -> dict[str, Any]:
    """What `order.placed` and `order.status` tell."""
    has_pickup = order.pickup_lat is not None
    pickup = {"lat": order.pickup_lat, "lon": order.pickup_lon} if has_pickup else None
    return {
        "id": str(order.id),
        "customerId": str(order.customer_id),
        "vendorId": str(order.vendor_id),
        "status": order.status,
        "previous": previous.value if previous else None,
        "region": order.region,
        "total": order.total,
        "currency": order.currency,
        "placedAt": time_of(order.id).isoformat(),
        "pickup": pickup,
        "vendorLocation": pickup,
        "vendorTimeZone": order.vendor_time_zone,
        "prepMinutes": order.prep_minutes,
        "deliveryAddress": {"lat": order.lat, "lon": order.lon},
        "riderId": str(order.rider_id) if order.rider_id else None,
        "riderUserId": str(order.rider_user_id) if order.rider_user_id else None,
        **who_delivers(order),
    }


def step_row(order: OrderRow, step: Step) -> OrderStepRow:
    """The timeline's entry of a step."""
    return OrderStepRow(
        order_id=order.id,
        status=step.to.value,
        customer_id=order.customer_id,
        tenant_id=order.tenant_id,
        by_user=step.by_user,
        note=step.note,
    )
