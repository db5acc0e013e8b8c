"""Events about products: `product.saved` of one, `product.batch` of many at once.

A batch's payload is {"vendorId", "ids"}, and its key the vendor's id; of one product both are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.events import Event
from subgraphs.common.outbox import emit

from .models import VendorRow

BATCH = "product.batch"
# Products in one event: what the indexer then has in memory.
_MOST = 500


async def tell_products(session: AsyncSession, vendor: VendorRow, ids: Sequence[UUID]) -> None:
    """Emit that all of these have changed."""
    for start in range(0, len(ids), _MOST):
        payload = {"vendorId": str(vendor.id), "ids": [str(id) for id in ids[start : start + _MOST]]}
        await emit(session, BATCH, vendor.id, payload, tenant=vendor.tenant_id)


def products_of(events: Iterable[Event]) -> dict[UUID, str]:
    """The products that events tell of, with their tenants."""
    found: dict[UUID, str] = {}
    for event in events:
        if event.topic == BATCH:
            found |= {UUID(id): event.tenant for id in event.payload["ids"]}
        elif event.topic.startswith("product."):
            found[event.key] = event.tenant
    return found
