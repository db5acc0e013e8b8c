"""Who may see what was sold, of which days, and what it is read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.orders.app import create_app
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.figures.books import Books
from tests.subgraphs.orders.operations import placed

TODAY = """query($v: [_Any!]!) { _entities(representations: $v) { ... on Vendor {
    id today { day figures { orders } } } } }"""
MARKETPLACE = """query($from: Date!, $to: Date!) { marketplaceFigures(from: $from, to: $to) {
    id from to ordersAMinute totals { orders delivered revenue { amount currency } } days { day } } }"""
PRODUCTS = """query($id: ID!, $after: String) {
    _entities(representations: [{__typename: "Vendor", id: $id}]) { ... on Vendor {
        salesReport(from: "2020-08-01", to: "2020-08-31") { products(first: 2, after: $after) {
            pageInfo { hasNextPage endCursor } edges { node { name revenue { amount } } } } } } } }"""


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


async def _refusal(books: Books, person: Person | None, first: str, last: str) -> str:
    reply = await books.ask(first, last, person.token if person else None)
    assert reply.data["_entities"] == [{"salesReport": None}]
    [error] = reply.errors
    code: str = error["extensions"]["code"]
    return code


async def test_reports_are_for_the_vendors_staff_and_admins(world: World, books: Books) -> None:
    await books.consumer.handle([books.event(await books.write("2020-08-01T12:00+00:00"))])
    days = ("2020-08-01", "2020-08-01")
    for person in (world.staff, world.admin):
        assert (await books.report(*days, person))["totals"]["orders"] == 1
    other_staff = world.person(Role.VENDOR_STAFF, vendor_id=new_id())
    for stranger in (world.person(), world.person(Role.RIDER), other_staff):
        assert await _refusal(books, stranger, *days) == "FORBIDDEN"
    assert await _refusal(books, None, *days) == "UNAUTHENTICATED"


async def test_another_tenants_admin_is_shown_nothing(world: World, books: Books) -> None:
    await books.consumer.handle([books.event(await books.write("2020-08-02T12:00+00:00"))])
    report = await books.report("2020-08-02", "2020-08-02", world.person(Role.ADMIN, tenant="other"))
    assert (report["totals"]["orders"], report["days"], report["products"]["edges"]) == (0, [], [])


@pytest.mark.parametrize(
    ("first", "last"),
    [("2020-08-02", "2020-08-01"), ("2020-01-01", "2021-02-04"), ("0001-01-01", "9999-12-31")],
)
async def test_a_report_is_of_some_days_and_not_too_many(books: Books, first: str, last: str) -> None:
    assert await _refusal(books, books.world.staff, first, last) == "BAD_USER_INPUT"


async def test_four_hundred_days_are_not_too_many(books: Books) -> None:
    assert (await books.report("2020-01-01", "2021-02-03"))["days"] == []


async def test_products_come_page_by_page_the_best_first(world: World, books: Books) -> None:
    for n in (3, 1, 4, 2, 5):
        product = {"product_id": new_id(), "name": f"dish {n}", "quantity": n}
        await books.count_written(await books.write(f"2020-08-0{n}T12:00+00:00", item=product))
    found, after = list[Any](), None
    for more in (True, True, False):
        reply = await world.orders.send(
            PRODUCTS, world.staff.token, id=str(world.shelf.vendor_id), after=after
        )
        page = reply.data["_entities"][0]["salesReport"]["products"]
        assert page["pageInfo"]["hasNextPage"] is more
        found += [(each["node"]["name"], each["node"]["revenue"]["amount"]) for each in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert found == [(f"dish {n}", 1000 * n) for n in (5, 4, 3, 2, 1)]
    reply = await world.orders.send(
        PRODUCTS, world.staff.token, id=str(world.shelf.vendor_id), after="WyJhIl0"
    )
    assert reply.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_reports_of_many_vendors_are_one_statement_a_shard(world: World) -> None:
    vendors = [{"__typename": "Vendor", "id": str(new_id())} for _ in range(20)]
    query = """query($v: [_Any!]!) { _entities(representations: $v) { ... on Vendor {
        salesReport(from: "2020-01-01", to: "2020-12-31") { totals { orders } days { day }
            products { edges { node { name } } } } } } }"""
    reply = await world.orders.send(query, world.admin.token, v=vendors)
    assert reply.errors == []
    assert {label for _, label in reply.statements} == {"DaysByVendorSpan", "ProductsByVendorSpan"}
    assert set(reply.statements.values()) == {1}


async def test_today_is_by_the_vendors_clock(world: World, books: Books) -> None:
    await placed(world, world.person())
    await books.count()
    zones = ("Pacific/Kiritimati", "Etc/GMT+12")
    vendors = [{"__typename": "Vendor", "id": str(world.shelf.vendor_id), "timezone": zone} for zone in zones]
    reply = await world.orders.send(TODAY, world.staff.token, v=vendors)
    assert reply.errors == []
    east, west = (each["today"]["day"] for each in reply.data["_entities"])
    assert datetime.fromisoformat(east) - datetime.fromisoformat(west) in (timedelta(1), timedelta(2))
    vendor = vendors[0] | {"timezone": "UTC"}
    reply = await world.orders.send(TODAY, world.staff.token, v=[vendor])
    assert reply.data["_entities"][0]["today"]["figures"]["orders"] == 1


async def test_the_marketplaces_figures_are_for_its_admins(world: World, books: Books) -> None:
    await books.count_written(await books.write("2020-09-09T12:00+00:00"))
    await placed(world, world.person())
    days: dict[str, Any] = {"from": "2020-09-09", "to": "2020-09-09"}
    reply = await world.orders.send(MARKETPLACE, world.admin.token, **days)
    assert reply.errors == []
    figures = reply.data["marketplaceFigures"]
    assert (figures["id"], figures["from"], figures["days"]) == (
        "main",
        "2020-09-09",
        [{"day": "2020-09-09"}],
    )
    assert figures["totals"]["delivered"] >= 1
    assert figures["ordersAMinute"] > 0
    other = await world.orders.send(MARKETPLACE, world.person(Role.ADMIN, tenant="other").token, **days)
    assert (other.data["marketplaceFigures"]["id"], other.data["marketplaceFigures"]["days"]) == ("other", [])
    for person in (world.staff, world.person(), world.person(Role.RIDER)):
        refused = await world.orders.send(MARKETPLACE, person.token, **days)
        assert refused.data == {"marketplaceFigures": None}
        assert refused.errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_reports_are_read_where_the_setting_says_and_nowhere_else(world: World, books: Books) -> None:
    """The databases of reports are away, those of orders are not: a report says so."""
    await books.count_written(await books.write("2020-08-20T12:00+00:00"))
    there, away = world.settings.shards, tuple("postgresql://127.0.0.1:1/no" for _ in world.settings.shards)
    for shards, shown in ((there, True), (away, False)):
        settings = world.settings.model_copy(update={"report_shards": shards})
        async with serve(create_app(settings)) as orders:
            reply = await Books(replace(world, orders=orders)).ask(
                "2020-08-20", "2020-08-20", world.staff.token
            )
        if shown:
            assert reply.data["_entities"][0]["salesReport"]["totals"]["orders"] == 1
        else:
            assert reply.data["_entities"] == [{"salesReport": None}]
            assert reply.errors[0]["extensions"]["code"] == "UNAVAILABLE"


def test_there_are_as_many_shards_for_reports(world: World) -> None:
    given = world.settings.model_dump() | {"report_shards": "postgresql://127.0.0.1/one"}
    with pytest.raises(ValueError, match="as many as shards"):
        type(world.settings)(**given)
