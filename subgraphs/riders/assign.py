"""Finds a rider for an order: the nearest one who is ONLINE gets it, once.

Order and rider live on different shards, so it takes three transactions, each of which may be repeated:

    order: CLAIMING this rider ─► rider: BUSY with this order ─► order: OFFERED to this rider + event
                                      └─ he is not free: the next one

Killed in between, the sweep finds the order CLAIMING and goes on with the rider who stands there.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common import metrics
from subgraphs.common.background import note_failure
from subgraphs.common.database import Shards
from subgraphs.common.outbox import emit
from subgraphs.common.unavailable import is_away

from .deliver import assignment_payload, lock_assignment
from .duty import CARRIED, claim, release, tell_state
from .loaders import AssignmentByOrderId
from .models import AssignmentRow
from .positions import Positions
from .settings import RidersSettings
from .statuses import NEEDS_RIDER, AssignmentStatus, OrderStatus, RiderStatus

logger = logging.getLogger(__name__)
_OPEN = (AssignmentStatus.WAITING.value, AssignmentStatus.CLAIMING.value)
_SWEPT = 100


@dataclass(frozen=True, slots=True)
class Assigner:
    """Assigns orders to riders."""

    shards: Shards
    positions: Positions
    settings: RidersSettings
    swept: dict[int, UUID] = field(default_factory=dict)
    """Up to which order each shard's last sweep came."""

    async def assign(self, order_id: UUID) -> UUID | None:
        """Offer the order to the nearest free rider; returns him, or None if none is free or needed."""
        row = await AssignmentByOrderId(self.shards).load(order_id)
        if row is None or row.status not in _OPEN or OrderStatus(row.order_status) not in NEEDS_RIDER:
            return None
        async for rider_id in self._candidates(row):
            if not await self._intend(order_id, rider_id):
                return None
            user_id = await claim(self.shards, rider_id, row.tenant_id, order_id)
            if user_id is not None:
                return await self._offer(order_id, rider_id, user_id)
        await self._change(order_id, _OPEN, {"status": AssignmentStatus.WAITING.value, "rider_id": None})
        return None

    async def sweep(self, shard: int) -> int:
        """Try again what has waited in vain on a shard; returns how many orders found a rider.

        Each sweep goes on behind the last one: a hundred orders where no rider is keep nobody else waiting.
        """
        query = (
            select(AssignmentRow.order_id)
            .where(
                AssignmentRow.order_id > self.swept.get(shard, UUID(int=0)),
                AssignmentRow.status.in_(_OPEN),
                AssignmentRow.order_status.in_([status.value for status in NEEDS_RIDER]),
            )
            .order_by(AssignmentRow.order_id)
            .limit(_SWEPT)
        )
        rows = await self.shards.fetch(shard, query, "sweep")
        found = sum([await self._swept(row.order_id) for row in rows])
        self.swept[shard] = rows[-1].order_id if len(rows) == _SWEPT else UUID(int=0)
        return found

    async def _swept(self, order_id: UUID) -> bool:
        """An order that cannot be assigned must not keep those behind it from their riders."""
        try:
            return await self.assign(order_id) is not None
        except Exception as error:
            if is_away(error):
                raise
            metrics.skipped.labels("assigning").inc()
            note_failure(logger, "order passed over", error, order=str(order_id))
            return False

    async def _candidates(self, row: AssignmentRow) -> AsyncIterator[UUID]:
        """Whoever an attempt that broke off had chosen, then the nearest."""
        if row.status == AssignmentStatus.CLAIMING.value and row.rider_id:
            yield row.rider_id
        lat, lon = row.pickup_lat, row.pickup_lon
        if lat is None or lon is None:
            lat, lon = row.lat, row.lon
        # Of those near some are busy: look at more than are tried.
        most = self.settings.assign_candidates
        near = await self.positions.near(row.tenant_id, lat, lon, self.settings.assign_km, most * 5)
        states = await self.positions.read(row.tenant_id, [id for id, _ in near]) if near else []
        online = [
            id
            for (id, _), state in zip(near, states, strict=True)
            if state and state.status is RiderStatus.ONLINE and state.tenant == row.tenant_id
        ]
        for id in online[:most]:
            yield id

    async def _intend(self, order_id: UUID, rider_id: UUID) -> bool:
        values = {"status": AssignmentStatus.CLAIMING.value, "rider_id": rider_id}
        return await self._change(order_id, _OPEN, values)

    async def _change(self, order_id: UUID, statuses: tuple[str, ...], values: dict[str, Any]) -> bool:
        this = AssignmentRow.order_id == order_id, AssignmentRow.status.in_(statuses)
        change = update(AssignmentRow).where(*this).values(values).returning(AssignmentRow.order_id)
        async with self.shards.transaction(order_id, "assign") as session:
            return (await session.execute(change)).first() is not None

    async def _offer(self, order_id: UUID, rider_id: UUID, user_id: UUID) -> UUID | None:
        """Seal it; if the order was cancelled or given to another meanwhile, let the rider go."""
        async with self.shards.transaction(order_id, "offer") as session:
            sealed = await _seal(session, order_id, rider_id, user_id)
        if not sealed:
            await release(self.shards, rider_id, order_id)
        await tell_state(self.shards, self.positions, rider_id)
        return rider_id if sealed else None


async def _seal(session: AsyncSession, order_id: UUID, rider_id: UUID, user_id: UUID) -> bool:
    """Whether the rider has the order now; another assigner may just have sealed the same."""
    row = await lock_assignment(session, order_id)
    if row is None or row.rider_id != rider_id:
        return False
    if row.status != AssignmentStatus.CLAIMING.value:
        return AssignmentStatus(row.status) in CARRIED
    row.status, row.rider_user_id = AssignmentStatus.OFFERED.value, user_id
    row.offered_at = datetime.now(UTC)
    payload = assignment_payload(row)
    await emit(session, "assignment.created", order_id, payload, tenant=row.tenant_id)
    return True
