"""Finds a rider for an order: the nearest one who is ONLINE is offered it, once.

Order and rider live on different shards, so it takes three transactions, each of which may be repeated:

    order: CLAIMING this rider ─► rider: BUSY with this order ─► order: OFFERED to this rider + event
                                      └─ he is not free: the next one

Killed in between, the sweep finds the order CLAIMING and goes on with the rider who stands there. When nobody
is left, `assignment.exhausted` says so (see `seal.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update

from subgraphs.common.database import Shards

from .duty import claim, release, tell_state
from .loaders import AssignmentByOrderId
from .models import AssignmentRow
from .positions import Positions
from .seal import exhaust, had_it, is_wanted, may_offer, seal
from .settings import RidersSettings
from .statuses import NEEDS_RIDER, OPEN, AssignmentStatus, RiderStatus

_WANTED = (
    AssignmentRow.status.in_([status.value for status in OPEN]),
    AssignmentRow.order_status.in_([status.value for status in NEEDS_RIDER]),
)


def now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Assigner:
    """Offers orders to riders; `now` is the clock."""

    shards: Shards
    positions: Positions
    settings: RidersSettings
    now: Callable[[], datetime] = now

    async def assign(self, order_id: UUID, *, fresh: UUID | None = None) -> UUID | None:
        """Offer the order to the nearest free rider; returns him, or None if none is free or needed.

        Who had an offer of it gets no other, but for `fresh`, who has just come ONLINE.
        """
        row = await AssignmentByOrderId(self.shards).load(order_id)
        if row is None or not is_wanted(row):
            return None
        async for rider_id in self._candidates(row, fresh):
            if not await self._intend(order_id, rider_id):
                return None
            user_id = await claim(self.shards, rider_id, row.tenant_id, order_id)
            if user_id is not None and await self._offer(order_id, rider_id, user_id):
                return rider_id
        async with self.shards.transaction(order_id, "exhaust") as session:
            await exhaust(session, order_id, self.now())
        return None

    async def _candidates(self, row: AssignmentRow, fresh: UUID | None) -> AsyncIterator[UUID]:
        """Whoever an attempt that broke off had chosen, then the nearest."""
        if not may_offer(row):
            return
        if row.status == AssignmentStatus.CLAIMING.value and row.rider_id:
            yield row.rider_id
        passed_over = had_it(row, self.settings, self.now()) - {fresh}
        lat, lon = row.pickup_lat, row.pickup_lon
        if lat is None or lon is None:
            lat, lon = row.lat, row.lon
        # Of those near some are busy: look at more than are tried.
        most = self.settings.assign_candidates
        count = most * 5 + len(passed_over)
        near = await self.positions.near(row.tenant_id, lat, lon, self.settings.assign_km, count)
        ids = [id for id, _ in near if id not in passed_over]
        states = await self.positions.read(row.tenant_id, ids) if ids else []
        online = [
            id
            for id, state in zip(ids, states, strict=True)
            if state and state.status is RiderStatus.ONLINE and state.tenant == row.tenant_id
        ]
        for id in online[:most]:
            yield id

    async def _intend(self, order_id: UUID, rider_id: UUID) -> bool:
        this = update(AssignmentRow).where(AssignmentRow.order_id == order_id, *_WANTED)
        values = {"status": AssignmentStatus.CLAIMING.value, "rider_id": rider_id}
        change = this.values(values).returning(AssignmentRow.order_id)
        async with self.shards.transaction(order_id, "assign") as session:
            return (await session.execute(change)).first() is not None

    async def _offer(self, order_id: UUID, rider_id: UUID, user_id: UUID) -> bool:
        """Seal it; if the order was cancelled or given to another meanwhile, let the rider go."""
        async with self.shards.transaction(order_id, "offer") as session:
            sealed = await seal(session, order_id, (rider_id, user_id), self.settings, self.now())
        if not sealed:
            await release(self.shards, rider_id, order_id)
        await tell_state(self.shards, self.positions, rider_id)
        return sealed
