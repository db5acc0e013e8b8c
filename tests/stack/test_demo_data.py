"""Demo data: the same for the same seed, plausible, complete on the shards, and never half loaded."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import phonenumbers
import pytest
from argon2 import PasswordHasher

from search import Point
from search.distances import kilometres
from stack.demo.catalog_rows import CATEGORIES, DELIVERY_KM, PRODUCTS, VENDORS
from stack.demo.load import Table, shard_connections
from stack.demo.logins import LOGINS, PASSWORD_HASH
from stack.demo.make import load_demo
from stack.demo.orders import make_orders
from stack.demo.plan import DemoPlan
from stack.demo.present import make_present
from stack.demo.rider_rows import ASSIGNMENTS, OWN_ASSIGNMENTS, RIDERS
from stack.demo.rows import ADDRESSES, ORDER_ITEMS, ORDER_STEPS, ORDERS, PHONE_CLAIMS, STAFF, USERS
from stack.demo.world import Sizes, World, make_world
from subgraphs.common.ids import bucket_of, time_of

NOW = datetime.now(UTC).replace(microsecond=0)
SMALL = Sizes(vendors=40, products=800, users=400, riders=60)
TABLES = (
    *(USERS, STAFF, ADDRESSES, PHONE_CLAIMS, VENDORS, CATEGORIES, PRODUCTS),
    *(ORDERS, ORDER_ITEMS, ORDER_STEPS, RIDERS, ASSIGNMENTS, OWN_ASSIGNMENTS),
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, SMALL, NOW)


def test_the_same_seed_makes_the_same_world_and_orders(world: World) -> None:
    again = make_world(7, SMALL, NOW)
    assert (again.people, again.vendors, again.riders) == (world.people, world.vendors, world.riders)
    assert list(make_orders(again, 7, 700)) == list(make_orders(world, 7, 700))


def test_another_seed_makes_another_world(world: World) -> None:
    assert make_world(8, SMALL, NOW).people != world.people


def test_parts_make_the_same_orders_as_one(world: World) -> None:
    parts = [make_orders(world, 7, 2_300, part=part, parts=3) for part in range(3)]
    together = {order.id for part in parts for order in part}
    assert together == {order.id for order in make_orders(world, 7, 2_300)}
    assert len(together) == 2_300


def test_orders_come_day_by_day_and_more_of_them_later(world: World) -> None:
    days = [order.placed_at.date() for order in make_orders(world, 7, 3_000)]
    late = [day for day, following in itertools.pairwise(days) if day > following + timedelta(days=2)]
    assert len(late) < len(days) / 20  # of the first days: who orders then may have come a little later
    middle = world.start.date() + timedelta(days=365)
    assert sum(day > middle for day in days) > len(days) * 0.55


def test_there_is_as_much_as_asked_for(world: World) -> None:
    assert len(world.vendors) == SMALL.vendors
    assert sum(len(vendor.menu) for vendor in world.vendors) == SMALL.products
    assert len(world.people) == SMALL.users
    assert len(world.riders) == SMALL.riders


def test_the_demo_logins_exist_once_each_and_know_the_password(world: World) -> None:
    found = {person.phone: person for person in world.people}
    roles = {who: found[login.phone].role for who, login in LOGINS.items()}
    assert roles == {"customer": "CUSTOMER", "vendor": "VENDOR_STAFF", "rider": "RIDER", "admin": "ADMIN"}
    assert all(PasswordHasher().verify(PASSWORD_HASH, login.password) for login in LOGINS.values())


def test_phones_are_unique_and_possible(world: World) -> None:
    phones = [person.phone for person in world.people]
    assert len(set(phones)) == len(phones)
    assert [p for p in phones if not phonenumbers.is_valid_number(phonenumbers.parse(p))] == []


def test_names_come_in_latin_accented_and_arabic_letters(world: World) -> None:
    letters = set("".join(person.name for person in world.people))
    assert letters >= set("aéم")


def test_menus_have_the_dishes_of_their_cuisines() -> None:
    names = " ".join(p.name.lower() for v in make_world(7, Sizes(), NOW).vendors for p in v.menu)
    for dish in ("shawarma", "pizza", "koshari", "mansaf", "biryani", "tacos"):
        assert dish in names


def test_a_menu_names_everything_once(world: World) -> None:
    for vendor in world.vendors:
        assert max(Counter(product.name for product in vendor.menu).values()) == 1


def test_ids_carry_the_bucket_and_the_time_of_what_they_belong_to(world: World) -> None:
    for order in make_orders(world, 7, 200):
        assert bucket_of(order.id) == bucket_of(order.customer.id)
        assert abs((time_of(order.id) - order.placed_at).total_seconds()) < 0.01
    for vendor in world.vendors:
        assert {bucket_of(product.id) for product in vendor.menu} == {bucket_of(vendor.id)}


def test_orders_follow_their_customer_in_time_and_place(world: World) -> None:
    for order in make_orders(world, 7, 500):
        assert order.customer.created_at < order.placed_at < world.now
        assert order.vendor.city == order.customer.city
        times = [at for _, at in order.timeline]
        assert times == sorted(times)
        assert order.timeline[-1][0] == order.status


def test_every_customer_may_order_from_every_vendor_of_his_city() -> None:
    world = make_world(7, Sizes(), NOW)
    for city, vendors in world.vendors_in.items():
        for vendor in vendors:
            here = Point(vendor.lat, vendor.lon)
            far = max(kilometres(here, Point(each.lat, each.lon)) for each in world.customers_in[city])
            assert far < DELIVERY_KM


def test_the_demo_customer_has_orders_on_the_way_and_old_ones(world: World) -> None:
    mine = [o for o in make_present(world, 7) if o.customer.phone == LOGINS["customer"].phone]
    assert len(mine) >= 5
    under_way = [order for order in mine if order.status == "PICKED_UP"]
    assert [order.rider.user.phone for order in under_way if order.rider] == [LOGINS["rider"].phone]
    assert all(at <= world.now for order in mine for _, at in order.timeline)


async def delete_all(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for table in TABLES:
        await connection.execute(f"DELETE FROM {table.schema}.{table.name} WHERE tenant_id = 'demo-test'")
    await connection.close()


@pytest.fixture(scope="module")
async def loaded(shards: tuple[str, ...]) -> AsyncIterator[tuple[tuple[str, ...], DemoPlan]]:
    plan = DemoPlan(7, NOW.isoformat(), SMALL, orders=1_000)
    await load_demo(shards, plan, plan.world(), "demo-test", lambda done, total: None)
    yield shards, plan
    for dsn in shards:
        await delete_all(dsn)


async def count(shards: tuple[str, ...], table: Table) -> int:
    async with shard_connections(shards) as connections:
        query = f"SELECT count(*) FROM {table.schema}.{table.name} WHERE tenant_id = 'demo-test'"
        return sum([await connection.fetchval(query) for connection in connections])


async def test_everything_is_on_the_shards(loaded: tuple[tuple[str, ...], DemoPlan]) -> None:
    shards, plan = loaded
    assert await count(shards, USERS) == SMALL.users
    assert await count(shards, PHONE_CLAIMS) == SMALL.users
    assert await count(shards, PRODUCTS) == SMALL.products
    assert await count(shards, ORDERS) == plan.orders
    assert await count(shards, ORDER_ITEMS) >= plan.orders
    assert await count(shards, ORDER_STEPS) >= 2 * plan.orders


async def test_loading_again_adds_nothing(loaded: tuple[tuple[str, ...], DemoPlan]) -> None:
    shards, plan = loaded
    before = [await count(shards, table) for table in TABLES]
    await load_demo(shards, plan, plan.world(), "demo-test", lambda done, total: None)
    assert [await count(shards, table) for table in TABLES] == before


async def test_a_shard_that_was_not_loaded_is_loaded_alone(
    loaded: tuple[tuple[str, ...], DemoPlan],
) -> None:
    shards, plan = loaded
    before = [await count(shards, table) for table in TABLES]
    await delete_all(shards[2])
    await load_demo(shards, plan, plan.world(), "demo-test", lambda done, total: None)
    assert [await count(shards, table) for table in TABLES] == before


async def test_the_demos_orders_are_in_the_figures(loaded: tuple[tuple[str, ...], DemoPlan]) -> None:
    shards, _ = loaded
    orders = await count(shards, ORDERS)
    counted = 0
    for dsn in shards:
        connection = await asyncpg.connect(dsn)
        query = "SELECT coalesce(sum(orders), 0) FROM orders.vendor_days WHERE tenant_id = 'demo-test'"
        counted += int(await connection.fetchval(query))
        await connection.close()
    assert counted == orders
