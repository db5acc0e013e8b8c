"""What riders do in the background: follow orders, assign riders, pass statuses on, write positions down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from subgraphs.common.background import every, keep_running
from subgraphs.common.events import Consumer, Event
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import Connections, connect, stop_event

from .assign import Assigner
from .duty import release, tell_state
from .loaders import AssignmentByOrderId
from .pings import PingWriter
from .positions import Positions
from .restore import restore_shard
from .settings import RidersSettings
from .statuses import NEEDS_RIDER, OrderStatus
from .track_orders import track_order

GROUP = "riders"
# In between the sweep takes over, so that a rider who comes ONLINE need not wait for the next event.
_ASSIGN_AT = frozenset({OrderStatus.ACCEPTED, OrderStatus.READY})
_TRACKED = frozenset({"order.placed", "order.status"})
_RELEASING = frozenset({"assignment.completed", "assignment.cancelled", "assignment.declined"})


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
            sweeping = partial(handler.assigner.sweep, shard)
            again = partial(every, settings.assign_retry_seconds, sweeping, stop)
            group.create_task(keep_running(f"assigning of shard {shard}", again, stop))


class EventHandler:
    """Each event may come twice: all that follows from it is safe to repeat."""

    def __init__(self, connections: Connections, settings: RidersSettings) -> None:
        self._shards = connections.shards
        self.positions = Positions(connections.valkey)
        self.assigner = Assigner(self._shards, self.positions, settings)

    async def handle(self, events: Sequence[Event]) -> None:
        """In their order."""
        for event in events:
            with event.logged():
                await self._one(event)

    async def _one(self, event: Event) -> None:
        if event.topic in _TRACKED:
            await self._order(event)
        elif event.topic.startswith("assignment."):
            await self._assignment(event)
        elif event.topic == "rider.status":
            await tell_state(self._shards, self.positions, event.key)

    async def _order(self, event: Event) -> None:
        status = await track_order(self._shards, event)
        if status is None:
            return
        await self.positions.tell_order(event.tenant, event.key, status.value)
        if OrderStatus(event.payload["status"]) in _ASSIGN_AT and status in NEEDS_RIDER:
            await self.assigner.assign(event.key)

    async def _assignment(self, event: Event) -> None:
        rider_id = UUID(event.payload["riderId"])
        if event.topic in _RELEASING:
            await release(self._shards, rider_id, event.key)
        await tell_state(self._shards, self.positions, rider_id)
        row = await AssignmentByOrderId(self._shards).load(event.key)
        if row is not None:
            # Its status is as before, but who follows the order learns of its rider.
            await self.positions.tell_order(event.tenant, event.key, row.order_status)


if __name__ == "__main__":
    asyncio.run(run())
