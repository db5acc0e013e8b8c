"""What riders do in the background: follow orders, assign riders, pass statuses on, write positions down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from subgraphs.common.events import Consumer, Event
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import Connections, connect, stop_event

from .assign import Assigner
from .duty import release, tell_state
from .loaders import AssignmentByOrderId
from .pings import PingWriter
from .positions import Positions
from .restore import restore
from .settings import RidersSettings
from .statuses import NEEDS_RIDER, OrderStatus
from .track_orders import track_order

logger = logging.getLogger(__name__)
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
    async with connect(settings) as connections:
        handler = EventHandler(connections, settings)
        await restore(connections.shards, handler.positions)
        consumer = Consumer(
            connections.valkey, ["orders", "riders"], GROUP, handler.handle, settings=settings
        )
        writer = PingWriter(connections.valkey, connections.shards, settings)
        async with asyncio.TaskGroup() as group:
            group.create_task(consumer.run(stop))
            group.create_task(writer.run(stop))
            group.create_task(_sweep(handler.assigner, settings, stop))


async def _sweep(assigner: Assigner, settings: RidersSettings, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await assigner.sweep()
        except (RedisError, SQLAlchemyError, OSError) as error:
            logger.warning("no sweep", extra={"reason": f"{type(error).__name__}: {error}"})
        try:
            async with asyncio.timeout(settings.assign_retry_seconds):
                await stop.wait()
        except TimeoutError:
            pass


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
        await self.positions.tell_order(event.key, status.value)
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
            await self.positions.tell_order(event.key, row.order_status)


if __name__ == "__main__":
    asyncio.run(run())
