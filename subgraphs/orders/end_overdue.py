"""Ends what nobody goes on with: orders that no vendor accepts, and those that no rider takes, after a time.

A schedule looks at the rows, so that neither a restart nor a lost event lets an order wait for ever. A shard
in; how many orders it moved on, out.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.background import passing_over
from subgraphs.common.database import Shards
from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.ids import first_id_at

from .delivery import no_rider_left, tell_delivery
from .models import OrderRow
from .settings import OrdersSettings
from .statuses import OrderStatus
from .steps import Step, lock_order, take_step

logger = logging.getLogger(__name__)
# Orders of one look; those behind them are the next one's.
_MOST = 500
End = Callable[[AsyncSession, OrderRow], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Overdue:
    """What an order may wait for, and for how long."""

    shards: Shards
    settings: OrdersSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def end(self, shard: int) -> int:
        """Look at a shard once."""
        unaccepted = await self._each(shard, self._unaccepted(), self._end_unaccepted)
        return unaccepted + await self._each(shard, self._without_rider(), self._end_search)

    def _unaccepted(self) -> Select[tuple[UUID]]:
        bound = first_id_at(self.now() - timedelta(minutes=self.settings.accept_minutes))
        return (
            select(OrderRow.id)
            .where(OrderRow.status == OrderStatus.PENDING.value, OrderRow.id < bound)
            .order_by(OrderRow.id)
            .limit(_MOST)
        )

    def _without_rider(self) -> Select[tuple[UUID]]:
        return (
            select(OrderRow.id)
            .where(OrderRow.rider_wanted_since < self._rider_bound)
            .order_by(OrderRow.rider_wanted_since)
            .limit(_MOST)
        )

    @property
    def _rider_bound(self) -> datetime:
        return self.now() - timedelta(minutes=self.settings.rider_minutes)

    async def _end_unaccepted(self, session: AsyncSession, order: OrderRow) -> None:
        if order.status == OrderStatus.PENDING.value:
            note = f"The vendor did not accept it within {self.settings.accept_minutes:g} minutes."
            await take_step(session, order, Step(OrderStatus.CANCELLED, note=note))

    async def _end_search(self, session: AsyncSession, order: OrderRow) -> None:
        """To the provider, where that is the rule: riders should have said long ago that none is left."""
        if order.rider_wanted_since is None or order.rider_wanted_since >= self._rider_bound:
            return
        if order.delivery_rule == DeliveryRule.OWN_RIDERS.value:
            note = f"No rider took it within {self.settings.rider_minutes:g} minutes."
            await take_step(session, order, Step(OrderStatus.FAILED, note=note))
        elif no_rider_left(order):
            await tell_delivery(session, order)

    async def _each(self, shard: int, overdue: Select[tuple[UUID]], end: End) -> int:
        rows = await self.shards.fetch(shard, overdue, "overdue_orders")
        return sum([await self._one(row.id, end) for row in rows])

    async def _one(self, order_id: UUID, end: End) -> bool:
        """Each by itself: one that cannot be ended keeps no other waiting."""
        with passing_over(logger, "overdue order", "overdue order passed over", order=str(order_id)):
            async with self.shards.transaction(order_id, "end_overdue") as session:
                await end(session, await lock_order(session, order_id))
            return True
        return False
