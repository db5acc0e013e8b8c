"""A vendor with products in the catalog's own tables, for the real catalog to offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import insert, update

from subgraphs.catalog.models import ProductRow, VendorRow
from subgraphs.common.database import Shards
from subgraphs.common.ids import new_id

DAY = 24 * 60
ALWAYS = [[day * DAY, (day + 1) * DAY] for day in range(7)]


@dataclass(frozen=True)
class Shelf:
    """What the tests' vendor sells."""

    shards: Shards
    vendor_id: UUID = field(default_factory=new_id)

    async def open(self) -> None:
        vendor = {"id": self.vendor_id, "tenant_id": "main", "name": "Abou Tarek", "region": "north-africa"}
        terms = {"lat": 30.04, "lon": 31.23, "currency": "EGP", "delivery_fee": 1500, "hours": ALWAYS}
        async with self.shards.transaction(self.vendor_id) as session:
            await session.execute(insert(VendorRow).values(vendor | terms))

    async def change(self, **terms: object) -> None:
        """The vendor's terms, from now on."""
        async with self.shards.transaction(self.vendor_id) as session:
            this = VendorRow.id == self.vendor_id
            await session.execute(update(VendorRow).where(this).values(terms))

    async def put(self, name: str, price: int, *, available: bool = True) -> str:
        id = new_id(like=self.vendor_id)
        values = {"id": id, "vendor_id": self.vendor_id, "tenant_id": "main", "name": name}
        offer = {"price": price, "currency": "EGP", "available": available}
        async with self.shards.transaction(id) as session:
            await session.execute(insert(ProductRow).values(values | offer))
        return str(id)

    async def change_price(self, product: str, price: int) -> None:
        async with self.shards.transaction(UUID(product)) as session:
            this = ProductRow.id == UUID(product)
            await session.execute(update(ProductRow).where(this).values(price=price))
