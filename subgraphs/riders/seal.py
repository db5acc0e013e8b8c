"""What an order's own row decides of offers: whether one is wanted, that it is made once, that none is left.

RIDERS_THEN_PROVIDER   riders_offers offers, or nobody left ─► EXHAUSTED: orders takes a provider
OWN_RIDERS             nobody left ─► WAITING: the sweep, and whoever comes ONLINE, try again; riders who
                       let it go are asked again after offer_again_seconds
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.delivery_rule import DeliveryRule

from .assignments import lock_assignment, tell
from .models import AssignmentRow
from .settings import RidersSettings
from .statuses import HELD, NEEDS_RIDER, OPEN, AssignmentStatus, OrderStatus


def is_wanted(row: AssignmentRow) -> bool:
    """Whether a rider is to be found for an order: the vendor has accepted it, and riders deliver it."""
    return AssignmentStatus(row.status) in OPEN and OrderStatus(row.order_status) in NEEDS_RIDER


def had_it(row: AssignmentRow, settings: RidersSettings, now: datetime) -> set[UUID]:
    """The riders who had an offer of the order, and get no other (yet)."""
    again = timedelta(seconds=settings.offer_again_seconds)
    if not _goes_to_provider(row) and row.exhausted_at and now >= row.exhausted_at + again:
        return set()
    return set(row.tried)


def may_offer(row: AssignmentRow) -> bool:
    """Whether riders may have another offer, before the provider's turn."""
    return not (_goes_to_provider(row) and row.riders_offers is not None and row.offers >= row.riders_offers)


async def seal(
    session: AsyncSession, order_id: UUID, rider: tuple[UUID, UUID], settings: RidersSettings, now: datetime
) -> bool:
    """Whether the rider (his id, his user's) has the offer now; another may just have sealed the same."""
    row = await lock_assignment(session, order_id)
    if row is None or row.rider_id != rider[0]:
        return False
    if row.status != AssignmentStatus.CLAIMING.value:
        return AssignmentStatus(row.status) in HELD
    if not is_wanted(row):
        return False
    row.tried = [*(had_it(row, settings, now) - {rider[0]}), rider[0]]
    row.status, row.rider_user_id = AssignmentStatus.OFFERED.value, rider[1]
    row.offered_at, row.expires_at = now, now + timedelta(seconds=settings.offer_seconds)
    row.offers, row.exhausted_at = row.offers + 1, None
    await tell(session, row, "offered")
    return True


async def exhaust(session: AsyncSession, order_id: UUID, now: datetime) -> None:
    """Nobody is left to ask; told once, until there is another offer."""
    row = await lock_assignment(session, order_id)
    if row is None or not is_wanted(row):
        return
    then = AssignmentStatus.EXHAUSTED if _goes_to_provider(row) else AssignmentStatus.WAITING
    row.status, row.rider_id, row.rider_user_id = then.value, None, None
    if row.exhausted_at is None:
        row.exhausted_at = now
        await tell(session, row, "exhausted")


def _goes_to_provider(row: AssignmentRow) -> bool:
    return row.delivery_rule == DeliveryRule.RIDERS_THEN_PROVIDER.value
