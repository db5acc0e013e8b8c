"""Customers' ratings → reviews, and the ratings of what they are about; each event counts once.

order.rated ─► reviews, sums of vendor and products ─► vendor.rated, product.batch ─► indexer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.database import Shards
from subgraphs.common.events import Event, first_time
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit

from .models import ProductRow, ReviewRow, VendorRow
from .product_events import tell_products

GROUP = "catalog.reviews"
RATED = "order.rated"
_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class ApplyRatings:
    """Handles batches of the orders' events."""

    shards: Shards

    async def handle(self, events: Sequence[Event]) -> None:
        """Each event in a transaction of its own on the vendor's shard."""
        for event in events:
            if event.topic == RATED:
                with event.logged():
                    await self._apply(event)

    async def _apply(self, event: Event) -> None:
        vendor_id = UUID(event.payload["vendorId"])
        async with self.shards.transaction(vendor_id, GROUP) as session:
            if not await first_time(session, GROUP, event):
                return
            whose = VendorRow.id == vendor_id, VendorRow.tenant_id == event.tenant
            # Ratings of one vendor come one after the other, and its products' with them.
            vendor = (await session.scalars(select(VendorRow).where(*whose).with_for_update())).first()
            if vendor is not None:
                await _rate_vendor(session, vendor, event.payload)
                await _rate_products(session, vendor, event.payload)


async def _rate_vendor(session: AsyncSession, vendor: VendorRow, rated: dict[str, Any]) -> None:
    stars = rated["vendorStars"]
    if stars is None or not await _is_new(session, vendor, vendor.id, stars, rated, rated["text"]):
        return
    this = update(VendorRow).where(VendorRow.id == vendor.id)
    await session.execute(this.values(**_added(VendorRow, stars)), execution_options=_UNSYNCED)
    await emit(session, "vendor.rated", vendor.id, {"id": str(vendor.id)}, tenant=vendor.tenant_id)


async def _rate_products(session: AsyncSession, vendor: VendorRow, rated: dict[str, Any]) -> None:
    wanted = {UUID(each["id"]): each["stars"] for each in rated["products"]}
    theirs = ProductRow.vendor_id == vendor.id, ProductRow.id.in_(wanted)
    changed = []
    for id in await session.scalars(select(ProductRow.id).where(*theirs).order_by(ProductRow.id)):
        if await _is_new(session, vendor, id, wanted[id], rated, rated["text"]):
            this = update(ProductRow).where(ProductRow.id == id, ProductRow.vendor_id == vendor.id)
            added = this.values(**_added(ProductRow, wanted[id]))
            await session.execute(added, execution_options=_UNSYNCED)
            changed.append(id)
    await tell_products(session, vendor, changed)


async def _is_new(
    session: AsyncSession,
    vendor: VendorRow,
    subject_id: UUID,
    stars: int,
    rated: dict[str, Any],
    text: str | None,
) -> bool:
    """Write a review; False if the order has one of the same already."""
    at = datetime.fromisoformat(rated["at"])
    row = insert(ReviewRow).values(
        vendor_id=vendor.id,
        id=new_id(like=vendor.id, at=at),
        tenant_id=vendor.tenant_id,
        subject_id=subject_id,
        order_id=UUID(rated["orderId"]),
        stars=stars,
        text=text or None,
        at=at,
    )
    done = await session.execute(row.on_conflict_do_nothing().returning(ReviewRow.id))
    return done.first() is not None


def _added(model: type[VendorRow] | type[ProductRow], stars: int) -> dict[str, Any]:
    """Columns of what got a rating more."""
    total, count = model.rating_sum + stars, model.ratings + 1
    return {
        "rating_sum": total,
        "ratings": count,
        "rating": cast(total, Double) / count,
        "version": func.catalog.next_version(model.version),
    }
