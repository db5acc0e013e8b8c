"""Figures are proved by the rows, and made anew from them; also those of months in the archive."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from subgraphs.orders.figures import ledger
from subgraphs.orders.figures.remake import Remaking, long_transactions, remake_days
from subgraphs.orders.figures.span import Span
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.figures.books import Books

MARCH = ("2020-03-01", "2020-03-31")


@pytest.fixture
def books(world: World) -> Books:
    return Books(world, Remaking(days=10))


async def _spoil(world: World, statement: str) -> None:
    async with world.shards.transaction(world.shelf.vendor_id) as session:
        await session.execute(text(statement), {"vendor": world.shelf.vendor_id})


async def test_what_was_never_counted_differs_until_it_is_made_anew(books: Books, world: World) -> None:
    for day in ("02", "15", "31"):
        await books.write(f"2020-03-{day}T12:00+00:00")
    found = await books.differences(*MARCH)
    assert {(each.day.day, each.product_id is None) for each in found} == {
        (day, both) for day in (2, 15, 31) for both in (True, False)
    }
    assert all(each.found is None for each in found)
    await remake_days(world.shards, {each.day for each in found}, books.remaking)
    assert await books.differences(*MARCH) == []
    assert (await books.report(*MARCH))["totals"]["delivered"] == 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            "UPDATE orders.vendor_days SET revenue = 7 WHERE vendor_id = :vendor",
            "revenue 7, rows say 2000",
        ),
        ("UPDATE orders.product_days SET quantity = 9 WHERE vendor_id = :vendor", "quantity 9, rows say 2"),
        ("DELETE FROM orders.product_days WHERE vendor_id = :vendor", "there are none, rows say delivered=1"),
        (
            "UPDATE orders.vendor_days SET day = '2020-03-09' WHERE vendor_id = :vendor",
            "rows say there are",
        ),
    ],
)
async def test_what_is_wrong_is_told_and_mended(books: Books, world: World, spoil: str, said: str) -> None:
    await books.consumer.handle([books.event(await books.write("2020-03-05T12:00+00:00"))])
    await _spoil(world, spoil)
    found = await books.differences(*MARCH)
    assert any(said in str(each) for each in found), list(map(str, found))
    await remake_days(world.shards, {each.day for each in found}, books.remaking)
    assert await books.differences(*MARCH) == []


async def test_months_in_the_archive_are_part_of_it(books: Books, world: World) -> None:
    await books.write("2019-02-28T23:30+00:00", vendor_time_zone="Asia/Dubai")
    archive = text("SELECT waybill.archive_partitions('2019-04-01')")
    for shard in world.shards.all:
        async with world.shards.transaction_on(shard) as session:
            await session.execute(archive)
    assert len(await books.differences("2019-03-01", "2019-03-01")) == 2
    await remake_days(world.shards, {date(2019, 3, 1)}, books.remaking)
    assert (await books.report("2019-03-01", "2019-03-01"))["totals"]["orders"] == 1


async def test_orders_of_days_that_are_made_anew_wait(books: Books, world: World) -> None:
    id = await books.write("2020-03-20T12:00+00:00")
    async with long_transactions(world.shards, 10_000) as connections:
        for connection in connections:
            await ledger.hold_days(connection, Span(date(2020, 3, 20), date(2020, 3, 20)))
        with pytest.raises(ledger.DaysHeld):
            await books.consumer.handle([books.event(id)])
    await asyncio.gather(
        remake_days(world.shards, {date(2020, 3, 20)}, books.remaking),
        remake_days(world.shards, {date(2020, 3, 20)}, books.remaking),
    )
    await books.consumer.handle([books.event(id)])
    assert await books.differences(*MARCH) == []
