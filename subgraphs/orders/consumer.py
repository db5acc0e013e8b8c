"""What orders does about events: what is a provider's gets a job; riders' assignments move orders on; orders
are counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.background import keep_running
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError
from subgraphs.common.events import Consumer, Event, Handle, first_time
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .delivery import (
    DeliveryState,
    accepted,
    is_delivered_by,
    let_go,
    no_rider_left,
    offered,
    tell_delivery,
)
from .dispatch.queue import DispatchQueue
from .figures.count import CountOrders
from .figures.remake import Remaking
from .live import TellVendors
from .models import OrderRow
from .settings import OrdersSettings
from .statuses import OrderStatus
from .steps import Step, lock_order, take_step

logger = logging.getLogger(__name__)

# A rider's word is a fact: he may have picked the order up before the kitchen said that it is ready.
_UNDER_WAY = frozenset({OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY})
_REACHED = {"assignment.picked_up": OrderStatus.PICKED_UP, "assignment.completed": OrderStatus.DELIVERED}
_OFFERED = frozenset({"assignment.created", "assignment.offered"})
_ASSIGNED = frozenset({"assignment.accepted", *_REACHED})
_LET_GO = frozenset({"assignment.cancelled", "assignment.declined", "assignment.expired"})
_NO_RIDER_LEFT = "assignment.exhausted"
_APPLIED = _OFFERED | _ASSIGNED | _LET_GO | {_NO_RIDER_LEFT}


async def run() -> None:
    """Consume until SIGTERM or SIGINT."""
    settings = OrdersSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:

        def consumer(subgraph: str, name: str, handle: Handle) -> Consumer:
            return Consumer(connections.valkey, [subgraph], name, handle, settings=settings)

        async def enqueue_dispatch() -> None:
            async with DispatchQueue(settings) as queue:
                await consumer("orders", EnqueueDispatch.NAME, EnqueueDispatch(queue).handle).run(stop)

        moved = ApplyAssignments(connections.shards)
        group.create_task(keep_running("enqueueing of orders", enqueue_dispatch, stop))
        vendors = TellVendors(connections.valkey)
        group.create_task(consumer("orders", TellVendors.NAME, vendors.handle).run(stop))
        group.create_task(consumer("riders", ApplyAssignments.NAME, moved.handle).run(stop))
        counted = CountOrders(connections.shards, Remaking.by(settings))
        group.create_task(consumer("orders", CountOrders.NAME, counted.handle).run(stop))


@dataclass(frozen=True, slots=True)
class EnqueueDispatch:
    """`order.delivery` that a provider has to do with → a job."""

    queue: DispatchQueue

    NAME = "orders.dispatch"

    async def handle(self, events: Sequence[Event]) -> None:
        """Idempotent: the job has the order's id, and does nothing where nothing is to be done any more."""
        for state, back in ((DeliveryState.DISPATCHING, False), (DeliveryState.TAKING_BACK, True)):
            wanted = {event.key: event.request_id for event in events if _tells(event, state)}
            if wanted:
                await self.queue.enqueue(wanted, taking_back=back)


def _tells(event: Event, state: DeliveryState) -> bool:
    return event.topic == "order.delivery" and event.payload["state"] == state.value


@dataclass(frozen=True, slots=True)
class ApplyAssignments:
    """`assignment.*` → who delivers the order, and its status."""

    shards: Shards

    NAME = "orders.assignments"

    async def handle(self, events: Sequence[Event]) -> None:
        """Each event in a transaction of its own on the order's shard."""
        for event in events:
            if event.topic in _APPLIED:
                with event.logged():
                    await self._apply(event)

    async def _apply(self, event: Event) -> None:
        order_id = UUID(event.payload["orderId"])
        try:
            async with self.shards.transaction(order_id, self.NAME) as session:
                if await first_time(session, self.NAME, event):
                    await _apply_to_order(session, order_id, event)
        except CodedError as error:
            # An order that is gone or cancelled: the rider's event comes too late to matter.
            logger.warning("assignment not applied", extra={"order": str(order_id), "reason": error.message})


async def _apply_to_order(session: AsyncSession, order_id: UUID, event: Event) -> None:
    order = await lock_order(session, order_id)
    if _apply_to_delivery(order, event):
        await tell_delivery(session, order)
    if (reached := _REACHED.get(event.topic)) and is_delivered_by(order, UUID(event.payload["riderId"])):
        by = order.rider_user_id
        await take_step(session, order, Step(reached, by, allowed=_rider_may_step))


def _apply_to_delivery(order: OrderRow, event: Event) -> bool:
    if event.topic == _NO_RIDER_LEFT:
        return no_rider_left(order)
    rider_id = UUID(event.payload["riderId"])
    if event.topic in _LET_GO:
        return let_go(order, rider_id, datetime.now(UTC))
    user_id = UUID(event.payload["riderUserId"])
    if event.topic in _OFFERED:
        return offered(order, rider_id, user_id)
    # Whoever accepts what is somebody else's must be told, so that he is free again.
    return accepted(order, rider_id, user_id) or not is_delivered_by(order, rider_id)


def _rider_may_step(current: OrderStatus, to: OrderStatus) -> bool:
    if to is OrderStatus.PICKED_UP:
        return current in _UNDER_WAY
    return to is OrderStatus.DELIVERED and current in _UNDER_WAY | {OrderStatus.PICKED_UP}
