"""Loaders of reports: a vendor's days, its products, a marketplace's days; one statement a shard each.

Every statement names the tenant: figures are nobody else's, also where row-level security holds nobody back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Numeric, Text, Uuid, bindparam, text

from subgraphs.common.connections import Page
from subgraphs.common.ids import first_id_at
from subgraphs.common.loaders import AllShardsLoader, ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .additions import DAY_FIGURES, PRODUCT_FIGURES
from .span import Span

_TENANT = bindparam("tenant", type_=Text)
_WANTED = (
    bindparam("firsts", type_=ARRAY(Date)),
    bindparam("lasts", type_=ARRAY(Date)),
)
_DAYS = Read(
    text(
        "SELECT wanted.n, own.* FROM unnest(:vendors, :firsts, :lasts) WITH ORDINALITY "
        "AS wanted(vendor_id, first, last, n) JOIN orders.vendor_days AS own "
        "ON own.vendor_id = wanted.vendor_id AND own.day BETWEEN wanted.first AND wanted.last "
        "WHERE own.tenant_id = :tenant ORDER BY wanted.n, own.day, own.currency"
    ).bindparams(bindparam("vendors", type_=ARRAY(Uuid)), *_WANTED, _TENANT)
)
_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in PRODUCT_FIGURES)
# A page of each: what sold for most comes first, and the cursor says behind which revenue and product.
_PRODUCTS = Read(
    text(
        f"""
SELECT wanted.n, product.* FROM unnest(:vendors, :firsts, :lasts, :revenues, :products, :currencies, :limits)
    WITH ORDINALITY AS wanted(vendor_id, first, last, revenue, product_id, currency, length, n)
CROSS JOIN LATERAL (
    SELECT product_id, currency, (array_agg(name ORDER BY day DESC))[1] AS name, {_SUMS}
    FROM orders.product_days AS own
    WHERE own.vendor_id = wanted.vendor_id AND own.day BETWEEN wanted.first AND wanted.last
        AND own.tenant_id = :tenant
    GROUP BY product_id, own.currency
    HAVING wanted.revenue IS NULL OR
        (-sum(own.revenue), product_id, own.currency) > (-wanted.revenue, wanted.product_id, wanted.currency)
    ORDER BY -sum(own.revenue), product_id, own.currency LIMIT wanted.length
) AS product ORDER BY wanted.n, -product.revenue, product.product_id, product.currency"""
    ).bindparams(
        bindparam("vendors", type_=ARRAY(Uuid)),
        *_WANTED,
        bindparam("revenues", type_=ARRAY(Numeric)),
        bindparam("products", type_=ARRAY(Uuid)),
        bindparam("currencies", type_=ARRAY(Text)),
        bindparam("limits", type_=ARRAY(Integer)),
        _TENANT,
    )
)
_OF_ALL = Read(
    text(
        "SELECT wanted.n, day, currency, "
        + ", ".join(f"sum({name})::bigint AS {name}" for name in DAY_FIGURES)
        + " FROM unnest(:firsts, :lasts) WITH ORDINALITY AS wanted(first, last, n) "
        "JOIN orders.vendor_days AS own ON own.day BETWEEN wanted.first AND wanted.last "
        "WHERE own.tenant_id = :tenant GROUP BY wanted.n, day, currency ORDER BY wanted.n, day, currency"
    ).bindparams(*_WANTED, _TENANT)
)
_LATELY = Read(
    text(
        "SELECT count(*) AS orders FROM orders.orders WHERE id >= :since AND tenant_id = :tenant"
    ).bindparams(bindparam("since", type_=Uuid), _TENANT)
)


@dataclass(frozen=True, slots=True)
class VendorSpan:
    """A vendor's days."""

    vendor_id: UUID
    span: Span


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """A page of what a vendor sold in some days."""

    vendor_id: UUID
    span: Span
    page: Page


class DaysByVendorSpan(ShardedLoader[VendorSpan, list[Any]]):
    """Rows of `vendor_days`, oldest first."""

    def shard_of(self, key: VendorSpan) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(self, shard: ShardId, keys: list[VendorSpan]) -> Mapping[VendorSpan, list[Any]]:
        """One statement."""
        given = {"vendors": [key.vendor_id for key in keys], **_spans([key.span for key in keys])}
        rows = await self.shards.fetch(shard, _DAYS, self.label, tenant=self.shards.tenant, **given)
        return by_number(keys, rows)

    def missing(self, key: VendorSpan) -> list[Any]:
        """No orders."""
        return []


class ProductsByVendorSpan(ShardedLoader[ProductsPage, list[Any]]):
    """Products with the sums of `PRODUCT_FIGURES`, one more than the page shows, if there is one."""

    def shard_of(self, key: ProductsPage) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(self, shard: ShardId, keys: list[ProductsPage]) -> Mapping[ProductsPage, list[Any]]:
        """One statement."""
        afters = [key.page.after or (None, None, None) for key in keys]
        given = {
            "vendors": [key.vendor_id for key in keys],
            **_spans([key.span for key in keys]),
            "revenues": [None if after[0] is None else Decimal(after[0]) for after in afters],
            "products": [None if after[1] is None else UUID(str(after[1])) for after in afters],
            "currencies": [after[2] for after in afters],
            "limits": [key.page.limit for key in keys],
        }
        rows = await self.shards.fetch(shard, _PRODUCTS, self.label, tenant=self.shards.tenant, **given)
        return by_number(keys, rows)

    def missing(self, key: ProductsPage) -> list[Any]:
        """Nothing sold."""
        return []


class DaysOfMarketplace(AllShardsLoader[Span, list[Any]]):
    """Sums of all vendors' days, each by its vendor's clock; rows of one day and currency, shard by shard."""

    async def fetch(self, shard: ShardId, keys: list[Span]) -> Mapping[Span, list[Any]]:
        """One statement."""
        rows = await self.shards.fetch(shard, _OF_ALL, self.label, tenant=self.shards.tenant, **_spans(keys))
        return by_number(keys, rows)

    def merge(self, key: Span, parts: list[list[Any]]) -> list[Any]:
        """By day."""
        return sorted((row for part in parts for row in part), key=lambda row: row.day)


class OrdersLately(AllShardsLoader[timedelta, int]):
    """How many orders were placed in the time before now; of the orders' rows, so that none is missing."""

    async def fetch(self, shard: ShardId, keys: list[timedelta]) -> Mapping[timedelta, int]:
        """One statement a length of time, of which there is one."""
        found = {}
        for key in keys:
            since = first_id_at(datetime.now(UTC) - key)
            given = {"since": since, "tenant": self.shards.tenant}
            found[key] = int((await self.shards.fetch(shard, _LATELY, self.label, **given))[0].orders)
        return found

    def merge(self, key: timedelta, parts: list[int]) -> int:
        """Of all shards."""
        return sum(parts)


def _spans(spans: Sequence[Span]) -> dict[str, object]:
    return {"firsts": [span.first for span in spans], "lasts": [span.last for span in spans]}
