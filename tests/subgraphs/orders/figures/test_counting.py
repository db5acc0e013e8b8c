"""Orders are counted once, on their day, however often and in whatever order their events come."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.figures.books import PRODUCT, Books
from tests.subgraphs.orders.operations import placed, step

ALWAYS = ("2020-01-01", "2021-01-31")


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


def _today(days: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def test_orders_are_counted_by_what_became_of_them(world: World, books: Books) -> None:
    customer = world.person()
    waiting, rejected, cancelled, ready = [await placed(world, customer) for _ in range(4)]
    assert await step(world, world.staff, "rejectOrder", rejected) == "REJECTED"
    assert await step(world, customer, "cancelOrder", cancelled) == "CANCELLED"
    await books.ready(ready)
    await books.count()
    totals = (await books.report(_today(-1), _today(1)))["totals"]
    assert (totals["orders"], totals["rejected"], totals["cancelled"]) == (4, 1, 1)
    assert (totals["delivered"], totals["revenue"], totals["preparation"]["orders"]) == (0, [], 1)
    assert waiting


async def test_revenue_and_times_are_those_of_delivered_orders(books: Books) -> None:
    ids = [await books.write(f"2020-05-0{day}T12:00+00:00") for day in (1, 2, 2)]
    ids.append(await books.write("2020-05-02T12:00+00:00", "CANCELLED"))
    await books.consumer.handle([books.event(id) for id in ids])
    report = await books.report("2020-05-01", "2020-05-31")
    assert report["totals"] == {
        "orders": 4,
        "delivered": 3,
        "cancelled": 1,
        "rejected": 0,
        "failed": 0,
        "revenue": [{"amount": 6000, "currency": "EGP"}],
        "preparation": {"orders": 3, "averageSeconds": 120.0},
        "delivery": {"orders": 3, "averageSeconds": 300.0},
    }
    assert [(day["day"], day["figures"]["orders"]) for day in report["days"]] == [
        ("2020-05-01", 1),
        ("2020-05-02", 3),
    ]
    assert [edge["node"] for edge in report["products"]["edges"]] == [
        {
            "product": {"id": str(PRODUCT)},
            "name": "Koshari",
            "delivered": 3,
            "undelivered": 1,
            "quantity": 6,
            "revenue": {"amount": 6000, "currency": "EGP"},
        }
    ]


async def test_events_that_come_again_and_in_any_order_change_nothing(world: World, books: Books) -> None:
    for _ in range(3):
        await books.ready(await placed(world, world.person()))
    await books.count()
    before = await books.report(_today(-1), _today(1))
    events = [*await books.events(), *await books.events()]
    random.Random(4).shuffle(events)
    await asyncio.gather(*(books.consumer.handle(events[part::3]) for part in range(3)))
    assert await books.report(_today(-1), _today(1)) == before
    assert before["totals"]["orders"] == 3


async def test_many_consumers_count_the_same_orders_once(world: World, books: Books) -> None:
    for _ in range(4):
        await books.ready(await placed(world, world.person()))
    events = await books.events()
    await asyncio.gather(*(books.consumer.handle(random.Random(n).sample(events, 8)) for n in range(4)))
    await asyncio.gather(*(books.consumer.handle([event]) for event in events))
    assert await books.differences(_today(-1), _today(1)) == []


async def test_an_order_is_of_the_day_that_its_vendor_had(books: Books) -> None:
    """23:30 in Cairo (UTC+2) is the next day in Dubai, and 21:30 by UTC."""
    evening = "2020-01-31T21:30+00:00"
    zones = ("Africa/Cairo", "Asia/Dubai", None, "Mars/Olympus")
    ids = [await books.write(evening, vendor_time_zone=zone) for zone in zones]
    await books.consumer.handle([books.event(id) for id in ids])
    days = (await books.report("2020-01-01", "2020-02-28"))["days"]
    assert [(day["day"], day["figures"]["orders"]) for day in days] == [("2020-01-31", 3), ("2020-02-01", 1)]
    assert await books.differences("2020-01-01", "2020-02-28") == []


async def test_an_order_that_ends_days_later_stays_on_its_day(world: World, books: Books) -> None:
    id = await books.write("2020-06-01T12:00+00:00", "PENDING")
    await books.consumer.handle([books.event(id, "PENDING")])
    async with world.shards.transaction(id) as session:
        await session.execute(text("UPDATE orders.orders SET status = 'FAILED' WHERE id = :id"), {"id": id})
    await books.consumer.handle([books.event(id, "FAILED")])
    [day] = (await books.report("2020-06-01", "2020-06-30"))["days"]
    assert (day["day"], day["figures"]["orders"], day["figures"]["failed"]) == ("2020-06-01", 1, 1)


async def test_an_old_order_of_which_nothing_is_noted_is_not_counted_twice(
    world: World, books: Books
) -> None:
    id = await books.write("2020-07-01T12:00+00:00")
    for _ in range(2):
        await books.consumer.handle([books.event(id)])
        for shard in world.shards.all:
            async with world.shards.transaction_on(shard) as session:
                forget = text("DELETE FROM orders.counted_orders WHERE vendor_id = :vendor")
                await session.execute(forget, {"vendor": world.shelf.vendor_id})
    assert (await books.report("2020-07-01", "2020-07-01"))["totals"]["orders"] == 1
