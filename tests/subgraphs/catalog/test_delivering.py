"""Vendors that deliver to a place: the index leaves out none, and the exact test lets no other through."""

import random
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import dialect

from search import Point
from search.distances import kilometres
from subgraphs.catalog.covering import cover_vendors
from subgraphs.catalog.delivery_area import delivers_to
from subgraphs.catalog.delivery_cells import cells_at, cells_of, cover
from subgraphs.catalog.list_vendors import VendorFilter, _newest
from subgraphs.catalog.models import DeliveryCellRow, VendorRow
from subgraphs.common.auth import Role
from subgraphs.common.connections import Page
from subgraphs.common.ids import new_id
from tests.subgraphs.catalog.market import CAIRO, Market, bucket_of_shard
from tests.subgraphs.catalog.test_terms import HOLE, ISLAND, SQUARE

QUERY = """query($to: PointInput, $first: Int, $after: String) { vendors(deliversTo: $to, first: $first,
    after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } }"""
EVERYWHERE = [(30.04, 31.23), (0.0, 0.0), (-17.0, 179.99), (84.9, 20.0), (-84.9, -150.0), (64.7, 10.5)]


@pytest.mark.parametrize("centre", EVERYWHERE)
@pytest.mark.parametrize("km", [0.2, 3.0, 25.0, 100.0])
def test_no_place_of_a_circle_is_outside_of_its_cells(centre: tuple[float, float], km: float) -> None:
    here, chance = Point(*centre), random.Random(f"{centre} {km}")
    cells = set(cells_of(here, km, []))
    assert len(cells) < 1_000
    tried = 0
    while tried < 200:
        lat = here.lat + chance.uniform(-1, 1) * km / 110
        lon = here.lon + chance.uniform(-1, 1) * km * (12 if abs(here.lat) > 80 else 3) / 110
        there = Point(lat, (lon + 540) % 360 - 180)
        if abs(lat) <= 90 and kilometres(here, there) <= km:
            tried += 1
            assert cells.intersection(cells_at(there))


@pytest.mark.parametrize("shift", [(0.0, 0.0), (-47.0, 148.87), (30.0, -31.1)])
def test_no_place_within_rings_is_outside_of_their_cells(shift: tuple[float, float]) -> None:
    south, east = shift
    rings = [
        [[lat + south, (lon + east + 540) % 360 - 180] for lat, lon in ring]
        for ring in (SQUARE, HOLE, ISLAND)
    ]
    place = VendorRow(lat=0.0, lon=0.0, delivery_km=1.0, delivery_rings=rings)
    cells, chance, tried = set(cells_of(Point(0, 0), 1.0, rings)), random.Random(str(shift)), 0
    while tried < 200:
        lon = (chance.uniform(30.9, 31.3) + east + 540) % 360 - 180
        there = Point(chance.uniform(29.9, 30.5) + south, lon)
        if delivers_to(place, there):
            tried += 1
            assert cells.intersection(cells_at(there))


def test_a_small_area_is_a_few_cells() -> None:
    assert len(cells_of(Point(30.0, 31.0), 3.0, [])) < 30
    assert 1 <= len(cells_of(Point(30.0, 31.0), 1.0, [[[30.0, 31.0], [30.001, 31.0], [30.0, 31.001]]])) < 5


async def covered(market: Market, name: str, **columns: Any) -> VendorRow:
    id = await market.vendor(name, **columns)
    async with market.shards.transaction(id) as session:
        vendor = (await session.scalars(select(VendorRow).where(VendorRow.id == id))).one()
        await cover(session, vendor)
    return vendor


async def names(market: Market, place: Point, size: int = 50) -> list[str]:
    found, after = [], None
    while True:
        to = {"lat": place.lat, "lon": place.lon}
        reply = await market.client.send(QUERY, to=to, first=size, after=after)
        assert reply.errors == []
        assert reply.most == {"vendors": 1}
        page = reply.data["vendors"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def test_the_list_is_what_the_exact_test_says_of_each(market: Market) -> None:
    chance = random.Random(13)
    vendors = []
    for n in range(24):
        place = chance.uniform(30.0, 30.4), chance.uniform(30.9, 31.3)
        area: dict[str, Any] = {"delivery_km": chance.choice((2.0, 8.0, 30.0))}
        if n % 3 == 0:
            area = {"delivery_rings": [SQUARE, HOLE, ISLAND][: chance.choice((1, 2, 3))]}
        id = new_id(bucket_of_shard(n % 4))
        vendors.append(await covered(market, f"V{n}", id=id, place=place, **area))
    for _ in range(25):
        there = Point(chance.uniform(29.9, 30.5), chance.uniform(30.8, 31.4))
        right = sorted(vendor.name for vendor in vendors if delivers_to(vendor, there))
        assert sorted(await names(market, there)) == right
    assert len(await names(market, Point(30.05, 31.05), 3)) == len(await names(market, Point(30.05, 31.05)))


async def test_a_vendor_whose_cells_are_not_known_yet_is_found_too(market: Market) -> None:
    await market.vendor("Fresh", delivery_km=5.0, place=(30.0, 31.0))
    assert await names(market, Point(30.01, 31.0)) == ["Fresh"]
    assert await names(market, Point(30.1, 31.0)) == []


async def test_those_that_deliver_are_found_by_an_index_behind_row_level_security(market: Market) -> None:
    choice = VendorFilter(market.settings.tenant, delivers_to=Point(30.0, 31.0))
    postgresql = dialect()  # type: ignore[no-untyped-call]
    query = _newest(choice, Page(20, None))
    sql = str(query.compile(dialect=postgresql, compile_kwargs={"literal_binds": True}))
    async with market.resources.shards.of(market.settings.tenant).transaction_on(0) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await session.execute(text(f"EXPLAIN {sql}"))).scalars())
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert "delivery_cells_tenant_id_cell_idx" in plan
    assert any("cell = ANY" in line for line in conditions)


async def test_what_is_paused_or_closed_is_in_no_list_but_the_admins(market: Market) -> None:
    for name, columns in (
        ("Open", {}),
        ("Paused", {"state": "PAUSED"}),
        ("Closed", {"state": "CLOSED"}),
    ):
        await market.vendor(name, **columns)
    listed = await market.client.send("{ vendors { edges { node { name } } } }")
    assert [edge["node"]["name"] for edge in listed.data["vendors"]["edges"]] == ["Open"]
    managed = "query($states: [VendorState!]) { managedVendors(states: $states) { edges { node { name } } } }"
    admin = market.issuer.person(Role.ADMIN)
    for states, expected in ((None, ["Closed", "Open", "Paused"]), (["PAUSED"], ["Paused"])):
        reply = await market.client.send(managed, admin.token, states=states)
        found = sorted(edge["node"]["name"] for edge in reply.data["managedVendors"]["edges"])
        assert found == expected


async def test_the_admins_list_is_for_admins_and_nulls_nothing_else(market: Market) -> None:
    await market.vendor()
    query = "{ managedVendors { edges { cursor } } vendors { edges { cursor } } }"
    for token, code in (
        (None, "UNAUTHENTICATED"),
        (market.issuer.person().token, "FORBIDDEN"),
        (market.issuer.person(Role.VENDOR_STAFF, vendor_id=new_id()).token, "FORBIDDEN"),
    ):
        reply = await market.client.send(query, token)
        assert (reply.codes, reply.data["managedVendors"]) == ([code], None)
        assert len(reply.data["vendors"]["edges"]) == 1
    stranger = await market.client.send(query, market.issuer.person(Role.ADMIN, tenant="elsewhere").token)
    assert stranger.data["managedVendors"]["edges"] == []


async def test_cells_of_vendors_from_before_are_made_once(market: Market) -> None:
    await cover_vendors(market.shards)
    vendors = [await market.vendor(id=new_id(bucket_of_shard(n % 4))) for n in range(6)]
    assert await cover_vendors(market.shards) == 6
    assert await cover_vendors(market.shards) == 0
    async with market.shards.transaction(vendors[0]) as session:
        cells = await session.scalars(
            select(DeliveryCellRow.cell).where(DeliveryCellRow.vendor_id == vendors[0])
        )
        assert sorted(cells) == sorted(cells_of(Point(*CAIRO), 10.0, []))
    assert len(await names(market, Point(*CAIRO))) == 6
