"""What orders does about events: placed orders get a dispatch job; riders' assignments move orders on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.background import keep_running
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError
from subgraphs.common.events import Consumer, Event, Handle, first_time
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .dispatch.queue import DispatchQueue
from .settings import OrdersSettings
from .statuses import OrderStatus
from .steps import Step, lock_order, take_step

logger = logging.getLogger(__name__)

# A rider's word is a fact: he may have picked the order up before the kitchen said that it is ready.
_UNDER_WAY = frozenset({OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY})
_REACHED = {"assignment.picked_up": OrderStatus.PICKED_UP, "assignment.completed": OrderStatus.DELIVERED}
_ASSIGNED = frozenset({"assignment.created", "assignment.accepted", *_REACHED})
_UNASSIGNED = frozenset({"assignment.cancelled", "assignment.declined"})


async def run() -> None:
    """Consume until SIGTERM or SIGINT."""
    settings = OrdersSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:

        def consumer(subgraph: str, name: str, handle: Handle) -> Consumer:
            return Consumer(connections.valkey, [subgraph], name, handle, settings=settings)

        async def enqueue_placed() -> None:
            async with DispatchQueue(settings) as queue:
                await consumer("orders", EnqueuePlaced.NAME, EnqueuePlaced(queue).handle).run(stop)

        moved = ApplyAssignments(connections.shards)
        group.create_task(keep_running("enqueueing of placed orders", enqueue_placed, stop))
        group.create_task(consumer("riders", ApplyAssignments.NAME, moved.handle).run(stop))


@dataclass(frozen=True, slots=True)
class EnqueuePlaced:
    """`order.placed` → a dispatch job."""

    queue: DispatchQueue

    NAME = "orders.dispatch"

    async def handle(self, events: Sequence[Event]) -> None:
        """Idempotent: the job has the order's id, and an order dispatched before is left alone."""
        placed = {event.key: event.request_id for event in events if event.topic == "order.placed"}
        if placed:
            await self.queue.enqueue(placed)


@dataclass(frozen=True, slots=True)
class ApplyAssignments:
    """`assignment.*` → the order's rider and status."""

    shards: Shards

    NAME = "orders.assignments"

    async def handle(self, events: Sequence[Event]) -> None:
        """Each event in a transaction of its own on the order's shard."""
        for event in events:
            if event.topic in _ASSIGNED or event.topic in _UNASSIGNED:
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
    rider_id, rider_user_id = UUID(event.payload["riderId"]), UUID(event.payload["riderUserId"])
    if event.topic in _UNASSIGNED:
        if order.rider_id == rider_id:
            order.rider_id = order.rider_user_id = None
        return
    order.rider_id, order.rider_user_id = rider_id, rider_user_id
    if reached := _REACHED.get(event.topic):
        await take_step(session, order, Step(reached, rider_user_id, allowed=_rider_may_step))


def _rider_may_step(current: OrderStatus, to: OrderStatus) -> bool:
    if to is OrderStatus.PICKED_UP:
        return current in _UNDER_WAY
    return to is OrderStatus.DELIVERED and current in _UNDER_WAY | {OrderStatus.PICKED_UP}
