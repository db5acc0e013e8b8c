"""Sales reports of a year while orders come in, and proving all figures: synthetic orders.

A report is what the orders subgraph does for `Vendor.salesReport` with a page of 100 products, without HTTP.
Orders come in as rows that are written, finished, and then counted as their events are; on four shards.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import ARRAY, DateTime, Integer, Uuid, bindparam, text

from stack.embedded import running
from subgraphs.common.connections import Page
from subgraphs.common.database import ShardsByTenant, SystemShards
from subgraphs.common.events import Event
from subgraphs.common.ids import BUCKETS, first_id_at, new_id
from subgraphs.common.migrate import migrate
from subgraphs.common.roles import Roles
from subgraphs.common.settings import CommonSettings
from subgraphs.orders.figures.count import CountOrders
from subgraphs.orders.figures.loaders import (
    DaysByVendorSpan,
    ProductsByVendorSpan,
    ProductsPage,
    VendorSpan,
)
from subgraphs.orders.figures.remake import Remaking, remake_days
from subgraphs.orders.figures.span import Span
from subgraphs.orders.figures.verify import verify
from subgraphs.orders.schema.figures import SalesFigures, by_day

from .machine import describe_machine
from .tables import markdown_table

SHARDS, VENDORS, PRODUCTS = 4, 500, 40
# One order in so many is of the busiest vendor; shares no factor with VENDORS, so that all have some.
_BUSY = 53
_LONG = "SET LOCAL statement_timeout = 0"
_ORDERS = """
INSERT INTO orders.orders (id, customer_id, tenant_id, vendor_id, status, region, currency, items_total,
    delivery_fee, service_fee, total, street, city, lat, lon, placed_at, vendor_time_zone)
SELECT id, id, 'main', vendor, CASE WHEN n % 13 = 0 THEN 'CANCELLED' ELSE 'DELIVERED' END,
    'middle-east', 'EGP', 3000, 0, 0, 3000, '', '', 30, 31, at, 'Africa/Cairo' FROM (
    SELECT n, at, (:vendors)[CASE WHEN n % :busy = 0 THEN 1 ELSE 1 + n % cardinality(:vendors) END] AS vendor,
        (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '8'
            || lpad(to_hex(:bucket + n % :width), 3, '0') || '8' || substr(md5(n::text), 1, 15))::uuid AS id
    FROM (SELECT n, CAST(:since AS timestamptz) + n * (:until - :since) / :count AS at
        FROM generate_series(0, :count - 1) AS n) AS moments
) AS given RETURNING id"""
_OF_ORDERS = """
WITH given AS (
    SELECT id, vendor_id, placed_at, status FROM orders.orders WHERE id BETWEEN :low AND :high
),
items AS (
    INSERT INTO orders.order_items
        (order_id, line, customer_id, tenant_id, product_id, name, quantity, unit_price)
    SELECT id, line, id, 'main', md5(vendor_id::text || (hashtext(id::text) + line) % :products)::uuid,
        'Koshari', 1, 1000 * (line + 1)
    FROM given CROSS JOIN generate_series(0, 1) AS line
)
INSERT INTO orders.order_steps (order_id, status, customer_id, tenant_id, at)
SELECT id, step, id, 'main', placed_at + n * interval '5 minutes' FROM given CROSS JOIN LATERAL unnest(
    CASE status WHEN 'CANCELLED' THEN ARRAY['PENDING', 'CANCELLED']
    ELSE ARRAY['PENDING', 'ACCEPTED', 'PREPARING', 'READY', 'PICKED_UP', 'DELIVERED'] END
) WITH ORDINALITY AS steps(step, n)"""
_SPAN = (bindparam("since", type_=DateTime(timezone=True)), bindparam("until", type_=DateTime(timezone=True)))
_WRITE = (
    text(_ORDERS).bindparams(
        *_SPAN,
        bindparam("vendors", type_=ARRAY(Uuid)),
        *(bindparam(name, type_=Integer) for name in ("busy", "bucket", "width", "count")),
    ),
    text(_OF_ORDERS).bindparams(
        bindparam("low", type_=Uuid), bindparam("high", type_=Uuid), bindparam("products", type_=Integer)
    ),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """The shards as jobs see them and as requests do, and whose orders there are."""

    system: SystemShards
    requests: ShardsByTenant
    vendors: Sequence[UUID]
    year: Span

    async def write(self, shard: int, count: int, since: datetime, until: datetime) -> list[UUID]:
        """Put finished orders on a shard, evenly over a time."""
        width = BUCKETS // SHARDS
        given = {"vendors": list(self.vendors), "busy": _BUSY, "bucket": shard * width, "width": width}
        async with self.system.writing_on(shard, "bench") as connection:
            await connection.execute(text(_LONG))
            times = {"since": since, "until": until}
            found = await connection.execute(_WRITE[0], {**given, **times, "count": count})
            ids = [row.id for row in found]
            among = {"low": first_id_at(since), "high": first_id_at(until + timedelta(milliseconds=1))}
            await connection.execute(_WRITE[1], {**among, "products": PRODUCTS})
        return ids

    async def report(self, vendor_id: UUID) -> float:
        """Seconds that a report of the year takes."""
        shards, started = self.requests.of("main"), time.perf_counter()
        days, products = await asyncio.gather(
            DaysByVendorSpan(shards).load(VendorSpan(vendor_id, self.year)),
            ProductsByVendorSpan(shards).load(ProductsPage(vendor_id, self.year, Page(100, None))),
        )
        assert products
        assert SalesFigures.of(days).orders
        assert by_day(days)
        return time.perf_counter() - started


def command(
    orders: Annotated[int, typer.Option(help="Orders of the year.")] = 1_000_000,
    reports: Annotated[int, typer.Option(help="Reports to ask for.")] = 400,
    rate: Annotated[int, typer.Option(help="Orders a second that come in meanwhile.")] = 50,
) -> None:
    """Measure salesReport of a year under load, and `waybill verify figures`."""
    with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
        Path(folder).chmod(0o711)  # Postgres's own user must pass, when root measures
        with running(Path(folder), shards=SHARDS) as servers:
            print(asyncio.run(_measure(servers.shards, servers.app_shards, orders, reports, rate)))
    print(f"`python -m bench figures --orders {orders}`; {describe_machine()}.")


async def _measure(owner: Sequence[str], app: Sequence[str], orders: int, reports: int, rate: int) -> str:
    await migrate(owner, roles=Roles("waybill_app", "waybill_system"))
    now = datetime.now(UTC)
    year = Span((now - timedelta(days=364)).date(), (now + timedelta(days=1)).date())
    bench = Bench(
        SystemShards(CommonSettings(shards=tuple(owner))),
        ShardsByTenant(CommonSettings(shards=tuple(app))),
        [new_id() for _ in range(VENDORS)],
        year,
    )
    since, until = now - timedelta(days=363), now - timedelta(minutes=5)
    await asyncio.gather(*(bench.write(n, orders // SHARDS, since, until) for n in range(SHARDS)))
    for shard in bench.system.all:
        async with bench.system.transaction_on(shard) as session:
            await session.execute(text(_LONG))
            await session.execute(text("ANALYZE"))
    made = await _timed(remake_days(bench.system, year.days, Remaking(days=7)))
    proved = await _timed(_prove(bench))
    quiet = [await bench.report(vendor) for vendor in _asked(bench, reports)]
    busy = await _under_load(bench, reports, rate)
    await bench.system.close()
    await bench.requests.connections.close()
    rows = [
        ("all days made anew", f"{made:.1f} s"),
        ("verify figures", f"{proved:.1f} s"),
        ("report of a year, nothing else", _told(quiet)),
        (f"the same, {rate} orders a second", _told(busy)),
    ]
    return markdown_table((f"{orders:,} orders of a year, {VENDORS} vendors", "it takes"), rows)


async def _prove(bench: Bench) -> None:
    assert not await verify(bench.system, bench.year, Remaking(), lambda piece: None)


async def _under_load(bench: Bench, reports: int, rate: int) -> list[float]:
    stop = asyncio.Event()
    load = asyncio.create_task(_place(bench, rate, stop))
    try:
        found = []
        for vendor in _asked(bench, reports):
            found.append(await bench.report(vendor))
            await asyncio.sleep(0.02)
    finally:
        stop.set()
        await load
    await _prove(bench)
    return found


async def _place(bench: Bench, rate: int, stop: asyncio.Event) -> None:
    """Each shard gets its part of a fifth of a second's orders, which are counted as one batch of events."""
    consumer, count = CountOrders(bench.system, Remaking()), max(1, rate // 5 // SHARDS)
    due = time.monotonic()
    while not stop.is_set():
        now = datetime.now(UTC)
        written = [await bench.write(n, count, now - timedelta(milliseconds=9), now) for n in range(SHARDS)]
        await consumer.handle([_event(id, now) for ids in written for id in ids])
        due += count * SHARDS / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))


def _event(order_id: UUID, at: datetime) -> Event:
    return Event(new_id(like=order_id), "order.status", order_id, "main", {"status": "DELIVERED"}, at)


def _asked(bench: Bench, reports: int) -> list[UUID]:
    """One in ten is the busiest vendor's."""
    chance = random.Random(1)
    return [bench.vendors[0] if n % 10 == 0 else chance.choice(bench.vendors) for n in range(reports)]


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _told(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {cuts[9] * 1e3:.1f} ms, p95 {cuts[18] * 1e3:.1f} ms"
