"""The indexer: nothing is lost by a kill, nothing harmed by repetition; a lost index comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, update

from search import Query
from search.postgres import PostgresSearch
from subgraphs.catalog.indexing import GROUP, Indexer, rebuild
from subgraphs.catalog.models import ProductRow, VendorRow
from subgraphs.common.events import Event
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit
from subgraphs.common.plain_database import PlainDatabase
from subgraphs.common.statements import count_statements
from tests.subgraphs.catalog.market import Market, bucket_of_shard


async def found(market: Market, text: str, **more: Any) -> list[str]:
    query = Query(tenant=market.settings.tenant, text=text, first=100, **more)
    return [hit.id for hit in (await market.resources.search.search(query)).hits]


async def test_a_vendors_change_reaches_its_products_documents(market: Market) -> None:
    vendor = await market.vendor("Gad")
    product = await market.product(vendor, "Foul")
    await market.settle()
    async with market.shards.transaction(vendor) as session:
        change = update(VendorRow).where(VendorRow.id == vendor)
        version = func.catalog.next_version(VendorRow.version)
        await session.execute(change.values(cuisines=["nubian"], version=version))
        await emit(session, "vendor.saved", vendor, {}, tenant=market.settings.tenant)
    await market.settle()
    assert sorted(await found(market, "nubian")) == sorted([str(product), str(vendor)])
    assert await found(market, "egyptian") == []


async def test_a_deleted_row_leaves_the_index_and_a_late_event_does_not_bring_it_back(market: Market) -> None:
    vendor = await market.vendor()
    product = await market.product(vendor, "Besara")
    await market.settle()
    assert await found(market, "besara") == [str(product)]
    async with market.shards.transaction(product) as session:
        await session.execute(delete(ProductRow).where(ProductRow.id == product))
    held = market.resources
    indexer = Indexer(market.shards, held.search, market.settings)
    event = Event(new_id(), "product.deleted", product, market.settings.tenant, {}, datetime.now(UTC))
    for _ in range(2):
        await indexer.handle([event])
        assert await found(market, "besara") == []


async def test_events_in_any_order_and_number_lead_to_the_same_index(market: Market) -> None:
    vendor = await market.vendor()
    products = [await market.product(vendor, f"Pizza {n}") for n in range(5)]
    held = market.resources
    indexer = Indexer(market.shards, held.search, market.settings)
    events = [
        Event(new_id(), "product.saved", id, market.settings.tenant, {}, datetime.now(UTC))
        for id in [*reversed(products), *products]
    ]
    await indexer.handle(events)
    await indexer.handle(events[3:])
    assert sorted(await found(market, "pizza")) == sorted(map(str, products))


async def test_handling_a_batch_costs_one_statement_a_shard_and_type(market: Market) -> None:
    keys = []
    for n in range(8):
        vendor = await market.vendor(id=new_id(bucket_of_shard(n % 4)))
        keys.append(await market.product(vendor))
    held = market.resources
    tenant = market.settings.tenant
    events = [Event(new_id(), "product.saved", key, tenant, {}, datetime.now(UTC)) for key in keys]
    counts = count_statements()
    await Indexer(market.shards, held.search, market.settings).handle(events)
    assert set(counts.values()) == {1}
    assert {label for _, label in counts} == {"ProductById", "VendorById"}


@pytest.fixture
async def lone_index(market: Market) -> AsyncIterator[PostgresSearch]:
    """An index that no other test writes to."""
    search = PostgresSearch(PlainDatabase(market.settings.search_database_url), "lone")
    await search.ensure_index()
    yield search
    await search.close()


async def test_an_empty_index_is_filled_from_the_shards(market: Market, lone_index: PostgresSearch) -> None:
    vendor = await market.vendor()
    product = await market.product(vendor, "Roz bel laban")
    await lone_index.rebuild(_nothing())
    await Indexer(market.shards, lone_index, market.settings).prepare()
    page = await lone_index.search(Query(tenant=market.settings.tenant, text="laban"))
    assert [hit.id for hit in page.hits] == [str(product)]


async def _nothing() -> AsyncIterator[Any]:
    nothing: tuple[Any, ...] = ()
    for item in nothing:
        yield item


async def test_a_rebuild_reads_every_shard_in_small_pages(market: Market) -> None:
    expected = set()
    for n in range(8):
        vendor = await market.vendor(id=new_id(bucket_of_shard(n % 4)))
        expected |= {str(vendor), str(await market.product(vendor, "Mahshi"))}
    await rebuild(market.settings.model_copy(update={"rebuild_vendors": 1}))
    assert set(await found(market, "")) == expected


async def test_a_vendor_whose_row_makes_no_sense_keeps_no_other_from_search(
    market: Market, lone_index: PostgresSearch
) -> None:
    shard = bucket_of_shard(0)
    odd, good = await market.vendor("Odd", id=new_id(shard)), await market.vendor("Good", id=new_id(shard))
    async with market.shards.transaction(odd) as session:
        await session.execute(update(VendorRow).where(VendorRow.id == odd).values(hours=[[1]]))
    await Indexer(market.shards, lone_index, market.settings).rebuild()
    page = await lone_index.search(Query(tenant=market.settings.tenant, first=100))
    assert [hit.id for hit in page.hits] == [str(good)]


async def test_old_deletions_are_forgotten_by_their_setting(market: Market) -> None:
    vendor = await market.vendor()
    product = await market.product(vendor, "Om ali")
    await market.settle()
    held = market.resources
    indexer = Indexer(market.shards, held.search, market.settings)
    async with market.shards.transaction(product) as session:
        await session.execute(delete(ProductRow).where(ProductRow.id == product))
    event = Event(new_id(), "product.deleted", product, market.settings.tenant, {}, datetime.now(UTC))
    await indexer.handle([event])
    count = "SELECT count(*) AS n FROM catalog.documents WHERE id = $1 AND deleted"
    database = PlainDatabase(market.settings.search_database_url)
    await indexer.forget()
    assert (await database.fetch(count, str(product)))[0]["n"] == 1
    impatient = market.settings.model_copy(update={"search_deletion_days": -1})
    await Indexer(market.shards, held.search, impatient).forget()
    assert (await database.fetch(count, str(product)))[0]["n"] == 0
    await database.close()


@asynccontextmanager
async def indexer_process(market: Market) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = market.settings
    environment = {
        **os.environ,
        "WAYBILL_SHARDS": ",".join(settings.shards),
        "WAYBILL_SYSTEM_SHARDS": ",".join(settings.system_shards),
        "WAYBILL_VALKEY_URL": settings.valkey_url,
        "WAYBILL_SEARCH_DATABASE_URL": settings.search_database_url,
        "WAYBILL_EVENTS_IDLE_MS": "1",
        "WAYBILL_EVENTS_BATCH": "5",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "subgraphs.catalog.indexing",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _handled(market: Market) -> int:
    """How many events the indexer has taken for good."""
    streams = await market.resources.valkey.exists("waybill:events:catalog")
    groups: Any = await market.resources.valkey.xinfo_groups("waybill:events:catalog") if streams else []
    return sum(
        int(group["entries-read"] or 0) - group["pending"] for group in groups if group["name"] == GROUP
    )


async def _until_handled(market: Market, count: int) -> None:
    async with asyncio.timeout(60):
        while await _handled(market) < count:  # noqa: ASYNC110 (another process handles them)
            await asyncio.sleep(0.01)


async def test_kill_9_of_the_indexer_loses_nothing(market: Market) -> None:
    vendor = await market.vendor()
    products = [str(await market.product(vendor, f"Basbousa {n}")) for n in range(60)]
    await market.publish()
    async with indexer_process(market) as first:
        await _until_handled(market, 1)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with indexer_process(market) as second:
        await _until_handled(market, await market.resources.valkey.xlen("waybill:events:catalog"))
        second.terminate()
        assert await second.wait() == 0
    assert sorted(await found(market, "basbousa")) == sorted(products)
