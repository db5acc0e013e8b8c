"""What riders do in the background: follow orders, assign riders, pass statuses on, write positions down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from subgraphs.common.background import every, keep_running
from subgraphs.common.events import Consumer, Event
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import Connections, connect, stop_event

from .assign import Assigner, now
from .assignments import News
from .duty import release, tell_state
from .find_work import find_work
from .loaders import AssignmentByOrderId
from .offer_schedule import OfferSchedule
from .own_assignments import note_news
from .pings import PingWriter
from .positions import Positions
from .rate import RATED, rate_rider
from .restore import restore_shard
from .settings import RidersSettings
from .statuses import NEEDS_RIDER, OrderStatus, RiderStatus
from .track_orders import DELIVERY, track_order

GROUP = "riders"
# In between the sweep takes over, so that a rider who comes ONLINE need not wait for the next event.
_ASSIGN_AT = frozenset({OrderStatus.ACCEPTED.value, OrderStatus.READY.value})
_TRACKED = frozenset({"order.placed", "order.status", DELIVERY})
# Who was offered the order, or carried it, is free again; of the last two, the next rider is asked.
_RELEASING = frozenset(
    {"assignment.completed", "assignment.cancelled", "assignment.declined", "assignment.expired"}
)
_GOES_ON = frozenset({"assignment.declined", "assignment.expired"})


async def run() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = RidersSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        handler = EventHandler(connections, settings)
        shards, positions = connections.shards, handler.positions
        consumer = Consumer(
            connections.valkey, ["orders", "riders"], GROUP, handler.handle, settings=settings
        )
        writer = PingWriter(connections.valkey, shards, settings)
        group.create_task(consumer.run(stop))
        group.create_task(writer.run(stop))
        for shard in shards.all:
            restoring = partial(restore_shard, shards, shard, positions)
            group.create_task(keep_running(f"restoring riders of shard {shard}", restoring, stop))
            sweeping = partial(handler.schedule.sweep, shard)
            again = partial(every, settings.assign_retry_seconds, sweeping, stop)
            group.create_task(keep_running(f"assigning of shard {shard}", again, stop))
            expiring = partial(handler.schedule.expire, shard)
            looking = partial(every, settings.offer_look_seconds, expiring, stop)
            group.create_task(keep_running(f"expiring of offers of shard {shard}", looking, stop))


class EventHandler:
    """Each event may come twice: all that follows from it is safe to repeat."""

    def __init__(
        self, connections: Connections, settings: RidersSettings, clock: Callable[[], datetime] = now
    ) -> None:
        self._shards = connections.shards
        self.positions = Positions(connections.valkey)
        self.assigner = Assigner(self._shards, self.positions, settings, clock)
        self.schedule = OfferSchedule(self.assigner)

    async def handle(self, events: Sequence[Event]) -> None:
        """In their order."""
        for event in events:
            with event.logged():
                await self._one(event)

    async def _one(self, event: Event) -> None:
        if event.topic in _TRACKED:
            await self._order(event)
        elif event.topic == RATED:
            await rate_rider(self._shards, event)
        elif event.topic.startswith("assignment."):
            await self._assignment(event)
        elif event.topic == "rider.status":
            await tell_state(self._shards, self.positions, event.key)
            if event.payload["status"] == RiderStatus.ONLINE.value:
                await find_work(self.assigner, event.key, fresh=True)

    async def _order(self, event: Event) -> None:
        row = await track_order(self._shards, event)
        if row is None:
            return
        status = OrderStatus(row.order_status)
        await self.positions.tell_order(event.tenant, event.key, status.value)
        if event.payload.get("status", row.order_status) in _ASSIGN_AT and status in NEEDS_RIDER:
            await self.assigner.assign(event.key)

    async def _assignment(self, event: Event) -> None:
        if event.payload["riderId"] is not None:
            await self._held(event, UUID(event.payload["riderId"]))
        row = await AssignmentByOrderId(self._shards).load(event.key)
        if row is not None:
            # Its status is as before, but who follows the order learns of its rider.
            await self.positions.tell_order(event.tenant, event.key, row.order_status)

    async def _held(self, event: Event, rider_id: UUID) -> None:
        """What an event about an order means for the rider whom it names."""
        news = News(event.tenant, event.topic.removeprefix("assignment."), event.payload)
        if await note_news(self._shards, news, event.at):
            await self.positions.tell_rider(event.tenant, rider_id)
        if event.topic in _RELEASING:
            await release(self._shards, rider_id, event.key)
        await tell_state(self._shards, self.positions, rider_id)
        if event.topic in _GOES_ON:
            await self.assigner.assign(event.key)
        if event.topic in _RELEASING:
            await find_work(self.assigner, rider_id, fresh=False)


if __name__ == "__main__":
    asyncio.run(run())
