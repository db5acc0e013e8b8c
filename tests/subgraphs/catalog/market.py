"""Fills the catalog's tables, with events, and lets the relay and the indexer do their work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from subgraphs.catalog.indexing import GROUP, Indexer
from subgraphs.catalog.models import CategoryRow, ProductRow, VendorRow
from subgraphs.catalog.resources import CatalogResources
from subgraphs.catalog.settings import CatalogSettings
from subgraphs.common.database import SystemShards
from subgraphs.common.events import Consumer
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit
from subgraphs.common.relay import publish_batch
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.issuer import Issuer

ALWAYS = [(day * 1440, (day + 1) * 1440) for day in range(7)]
CAIRO = (30.0444, 31.2357)


@dataclass(frozen=True)
class Market:
    client: GraphClient
    settings: CatalogSettings
    issuer: Issuer
    shards: SystemShards

    @property
    def resources(self) -> CatalogResources:
        resources: CatalogResources = self.client.app.state.resources
        return resources

    async def vendor(self, name: str = "Abou Tarek", **columns: Any) -> UUID:
        id = columns.pop("id", None) or new_id()
        lat, lon = columns.pop("place", CAIRO)
        values = {
            "id": id,
            "tenant_id": self.settings.tenant,
            "name": name,
            "cuisines": ["egyptian"],
            "region": "north-africa",
            "city": "Cairo",
            "lat": lat,
            "lon": lon,
            "timezone": "Africa/Cairo",
            "hours": ALWAYS,
            "currency": "EGP",
            "delivery_fee": 1500,
            **columns,
        }
        async with self.shards.transaction(id) as session:
            await session.execute(insert(VendorRow).values(values))
            await emit(session, "vendor.saved", id, {"id": str(id)}, tenant=values["tenant_id"])
        return id

    async def product(self, vendor_id: UUID, name: str = "Koshari", **columns: Any) -> UUID:
        id = new_id(like=vendor_id)
        values = {
            "id": id,
            "vendor_id": vendor_id,
            "tenant_id": self.settings.tenant,
            "name": name,
            "price": 4500,
            "currency": "EGP",
            **columns,
        }
        async with self.shards.transaction(id) as session:
            if category := columns.get("category"):
                await session.execute(_category(vendor_id, values["tenant_id"], category))
            await session.execute(insert(ProductRow).values(values))
            await emit(session, "product.saved", id, {"id": str(id)}, tenant=values["tenant_id"])
        return id

    async def publish(self) -> None:
        """Relay all events of the outbox."""
        held = self.resources
        for shard in self.shards.all:
            while await publish_batch(shard, self.shards, held.valkey, self.settings):
                pass

    async def settle(self) -> None:
        """Relay all events and index what they tell."""
        await self.publish()
        held = self.resources
        indexer = Indexer(self.shards, held.search, self.settings)
        consumer = Consumer(held.valkey, ["catalog"], GROUP, indexer.handle, settings=self.settings)
        await consumer.prepare()
        while await consumer.step(block_ms=1):
            pass
        await held.search.refresh()


def _category(vendor_id: UUID, tenant: str, name: str) -> Insert:
    """At the end of the menu, unless it is there."""
    last = select(func.count()).select_from(CategoryRow).where(CategoryRow.vendor_id == vendor_id)
    row = {"id": new_id(like=vendor_id), "vendor_id": vendor_id, "tenant_id": tenant, "name": name}
    return upsert(CategoryRow).values(**row, position=last.scalar_subquery()).on_conflict_do_nothing()


def bucket_of_shard(shard: int) -> int:
    """A bucket on one of four even shards."""
    return shard * 1024
