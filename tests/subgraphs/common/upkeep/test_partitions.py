"""Partitions are there before they are needed, on every shard, for as long as the platform runs."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import yaml

from stack.embedded import Servers
from subgraphs.common import metrics
from subgraphs.common.database import Shards
from subgraphs.common.ids import new_id
from subgraphs.common.migrate import Ahead, migrate
from subgraphs.common.upkeep.partitions import partitions_ahead
from subgraphs.common.upkeep.run import Upkeep

from .conftest import Clock

TABLES = {
    "orders.orders": "month",
    "orders.order_items": "month",
    "orders.order_steps": "month",
    "riders.assignments": "month",
    "riders.pings": "day",
}
MONTH = timedelta(days=31)


@pytest.fixture(scope="module")
def shards(servers: Servers) -> tuple[str, ...]:
    """Shards of these tests' own: the years that pass here would take the others' partitions away."""
    names = ("years0", "years1")
    dsns = tuple(f"{servers.shards[0].rpartition('/')[0]}/{name}" for name in names)

    async def make() -> None:
        connection = await asyncpg.connect(servers.shards[0])
        for name in names:
            await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        await migrate(dsns)

    with ThreadPoolExecutor(1) as thread:  # a loop of its own, as in tests/conftest.py
        thread.submit(asyncio.run, make()).result()
    return dsns


async def keep(upkeep: Upkeep) -> None:
    for shard in upkeep.connections.shards.all:
        await upkeep.jobs()[f"partitions of shard {shard}"]()


async def ahead(shards: Shards, shard: int, now: datetime) -> dict[str, int]:
    return {f"{each.schema}.{each.name}": each.ahead for each in await partitions_ahead(shards, shard, now)}


async def test_every_partitioned_table_is_kept(upkeep: Upkeep, clock: Clock) -> None:
    found = await partitions_ahead(upkeep.connections.shards, 0, clock.now)
    assert {f"{each.schema}.{each.name}": each.period for each in found} == TABLES


async def test_a_year_old_month_moves_to_the_archive_and_is_read_as_before(
    upkeep: Upkeep, clock: Clock, shards: tuple[str, ...]
) -> None:
    connection = await asyncpg.connect(shards[0])
    try:
        order = new_id(0, at=clock.now - timedelta(days=500))
        await connection.execute(
            "INSERT INTO orders.order_items VALUES ($1, 1, $1, 't', $1, 'Koshari', 1, 4500)", order
        )
        await keep(upkeep)
        place = "SELECT tableoid::regclass::text FROM orders.order_items WHERE order_id = $1"
        assert (await connection.fetchval(place, order)).startswith("archive.order_items_")
        newest = await connection.fetchval(
            "SELECT max(start) FROM waybill.partitions WHERE partition_schema = 'archive'"
        )
        assert timedelta(days=365) < clock.now - newest < timedelta(days=365 + 2 * 31)
    finally:
        await connection.close()


async def test_for_thirteen_months_there_are_always_three_ahead(upkeep: Upkeep, clock: Clock) -> None:
    shards = upkeep.connections.shards
    for _ in range(13):
        await keep(upkeep)
        for shard in shards.all:
            there = await ahead(shards, shard, clock.now)
            assert there == {table: 3 if TABLES[table] == "month" else 7 for table in TABLES}
            gauge = metrics.partitions_ahead.labels(str(shard), "orders.orders", "month")
            assert gauge._value.get() == 3
        clock.now += MONTH


async def test_a_platform_that_was_off_for_months_is_short_and_mends_itself(
    upkeep: Upkeep, clock: Clock
) -> None:
    shards = upkeep.connections.shards
    clock.now += timedelta(days=5_000)
    assert set((await ahead(shards, 0, clock.now)).values()) == {-1}
    await keep(upkeep)
    assert min((await ahead(shards, 0, clock.now)).values()) == 3
    # What was queued the day before still finds its place.
    assert min((await ahead(shards, 0, clock.now - timedelta(days=1))).values()) >= 3


async def test_migrating_makes_them_and_tells_until_when(shards: tuple[str, ...], clock: Clock) -> None:
    clock.now = datetime.fromisoformat("2046-05-17T12:00:00+00:00")
    assert await migrate(shards, Ahead(now=clock.now)) == datetime.fromisoformat("2046-09-01T00:00:00+00:00")


async def test_days_of_pings_are_dropped_with_their_age(
    upkeep: Upkeep, clock: Clock, shards: tuple[str, ...]
) -> None:
    clock.now += timedelta(days=6_000)
    await keep(upkeep)
    clock.now += timedelta(days=upkeep.settings.pings_days + 2)
    await keep(upkeep)
    connection = await asyncpg.connect(shards[0])
    oldest = await connection.fetchval(
        "SELECT min(start) FROM waybill.partitions WHERE name = 'pings' AND start > $1",
        clock.now - timedelta(days=100),
    )
    await connection.close()
    assert clock.now - oldest <= timedelta(days=upkeep.settings.pings_days + 1)


@pytest.mark.parametrize("metric", ["waybill_partitions_ahead", "waybill_upkeep_done_timestamp_seconds"])
def test_an_alert_tells_before_it_is_too_late(metric: str) -> None:
    alerts = (Path(__file__).parents[4] / "deploy/prometheus/alerts.yml").read_text()
    rules = [rule for group in yaml.safe_load(alerts)["groups"] for rule in group["rules"]]
    [rule] = [rule for rule in rules if metric in rule["expr"]]
    assert rule["labels"]["severity"] in ("page", "ticket")
