"""Orders are placed for as long as the platform runs: the clock moves a year and more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from stack.embedded import Servers
from subgraphs.common import ids
from subgraphs.common.database import SystemShards
from subgraphs.common.migrate import Ahead, migrate
from subgraphs.common.process import Connections
from subgraphs.common.upkeep.run import Upkeep
from subgraphs.common.upkeep.settings import UpkeepSettings
from subgraphs.orders.app import create_app
from subgraphs.orders.settings import OrdersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.orders.catalog import Shelf
from tests.subgraphs.orders.conftest import Neighbours, World, _people
from tests.subgraphs.orders.operations import place, placed


@pytest.fixture
async def world(neighbours: Neighbours, servers: Servers, valkey_url: str) -> AsyncIterator[World]:
    """Orders on shards of their own, migrated two months ago; the catalog is everybody's."""
    names = ("months0", "months1")
    dsns = tuple(f"{servers.shards[0].rpartition('/')[0]}/{name}" for name in names)
    connection = await asyncpg.connect(servers.shards[0])
    for name in names:
        await connection.execute(f"CREATE DATABASE {name}")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(dsns, Ahead(now=datetime.now(UTC)))).result()
    settings = OrdersSettings(
        shards=dsns, valkey_url=valkey_url, jwks_url=neighbours.jwks_url, catalog_url=neighbours.catalog_url
    )
    catalog = OrdersSettings(shards=servers.shards, valkey_url=valkey_url, jwks_url=neighbours.jwks_url)
    async with serve(create_app(settings)) as orders, serve(create_app(catalog)) as of_catalog:
        shelf = Shelf(of_catalog.app.state.resources.shards.of("main"))
        await shelf.open()
        opened = SystemShards(settings)
        yield World(orders, settings, shelf, _people(neighbours.users), opened)
        await opened.close()
    for name in names:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def test_an_order_is_placed_in_each_of_the_next_thirteen_months(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, now = world.orders.app.state.resources, [datetime.now(UTC)]
    monkeypatch.setattr(ids, "milliseconds_now", lambda: ids.milliseconds_of(now[0]))
    connections = Connections(world.shards, held.valkey, held.http)
    settings = UpkeepSettings(shards=world.settings.shards, valkey_url=world.settings.valkey_url)
    upkeep = Upkeep(connections, settings, lambda: now[0])
    orders = list[str]()
    for _ in range(14):
        for shard in held.shards.all:
            await upkeep.jobs()[f"partitions of shard {shard}"]()
        for _ in range(4):  # customers of both shards
            orders.append(await placed(world, world.person()))
        now[0] += timedelta(days=31)
    assert len({ids.time_of(ids.parse_id(id)).strftime("%Y-%m") for id in orders}) == 14


async def test_without_the_upkeep_the_last_month_ends_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above would see if the upkeep did nothing."""
    far = datetime.now(UTC) + timedelta(days=31 * 6)
    monkeypatch.setattr(ids, "milliseconds_now", lambda: ids.milliseconds_of(far))
    with pytest.raises(AssertionError):
        await place(world, world.person(), {await world.shelf.put("Koshari", 4500): 1})
