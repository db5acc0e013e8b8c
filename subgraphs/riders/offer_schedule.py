"""Offers by the clock: each look takes what the rows say, so that a restart, or a worker more, loses nothing.

sweep   orders that wait for a rider are tried again
expire  offers whose time is over go on to the next rider
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, bindparam, func, literal_column, select

from subgraphs.common.background import passing_over

from .assign import Assigner
from .assignments import lock_assignment, take_back
from .duty import release, tell_state
from .models import AssignmentRow
from .statuses import NEEDS_RIDER, OPEN, AssignmentStatus

logger = logging.getLogger(__name__)
_AT_ONCE = 100
_ENDS_AT = func.coalesce(AssignmentRow.expires_at, literal_column("'-infinity'::timestamptz"))
_ENDED = (
    select(AssignmentRow.order_id)
    .where(
        AssignmentRow.status == literal_column("'OFFERED'"),
        _ENDS_AT.op("<=")(bindparam("now", type_=DateTime(timezone=True))),
    )
    .order_by(_ENDS_AT)
    .limit(_AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class OfferSchedule:
    """What the worker does again and again, for each shard."""

    assigner: Assigner
    swept: dict[int, UUID] = field(default_factory=dict)
    """Up to which order each shard's last sweep came."""

    async def sweep(self, shard: int) -> int:
        """Try again what has waited in vain on a shard; returns how many orders found a rider.

        Each sweep goes on behind the last one: a hundred orders where no rider is keep nobody else waiting.
        """
        query = (
            select(AssignmentRow.order_id)
            .where(
                AssignmentRow.order_id > self.swept.get(shard, UUID(int=0)),
                AssignmentRow.status.in_([status.value for status in OPEN]),
                AssignmentRow.order_status.in_([status.value for status in NEEDS_RIDER]),
            )
            .order_by(AssignmentRow.order_id)
            .limit(_AT_ONCE)
        )
        rows = await self.assigner.shards.fetch(shard, query, "sweep")
        found = await _each(rows, self._try_again)
        self.swept[shard] = rows[-1].order_id if len(rows) == _AT_ONCE else UUID(int=0)
        return found

    async def expire(self, shard: int) -> int:
        """End a shard's offers that were not answered in time, and go on; returns how many ended."""
        now = self.assigner.now()
        rows = await self.assigner.shards.fetch(shard, _ENDED, "expire_offers", now=now)

        async def end(order_id: UUID) -> bool:
            return await self._end(order_id, now)

        return await _each(rows, end)

    async def _try_again(self, order_id: UUID) -> bool:
        return await self.assigner.assign(order_id) is not None

    async def _end(self, order_id: UUID, now: datetime) -> bool:
        """Whether it was still unanswered; the event frees him too, should this process end here."""
        shards, positions = self.assigner.shards, self.assigner.positions
        async with shards.transaction(order_id, "expire_offer") as session:
            row = await lock_assignment(session, order_id)
            if row is None or row.status != AssignmentStatus.OFFERED.value or row.rider_id is None:
                return False
            if row.expires_at and row.expires_at > now:
                return False
            rider_id = row.rider_id
            await take_back(session, row, "expired")
        await release(shards, rider_id, order_id)
        await tell_state(shards, positions, rider_id)
        await self.assigner.assign(order_id)
        return True


async def _each(rows: Sequence[Any], work: Callable[[UUID], Awaitable[bool]]) -> int:
    """How many worked; an order that cannot be assigned must not keep those behind it from their riders."""
    count = 0
    for row in rows:
        with passing_over(logger, "assigning", "order passed over", order=str(row.order_id)):
            count += await work(row.order_id)
    return count
