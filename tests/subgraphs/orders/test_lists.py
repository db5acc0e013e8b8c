"""Lists of orders: pages over shards, and one statement a shard, type and level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, text

from subgraphs.common.auth import Role
from subgraphs.common.connections import encode_cursor
from subgraphs.common.ids import new_id, time_of
from subgraphs.orders.loaders import _BY_VENDOR
from subgraphs.orders.models import OrderItemRow, OrderRow, OrderStepRow
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import placed, step

NODES = (
    "edges { node { id status items { quantity } timeline { status } } } pageInfo { endCursor hasNextPage }"
)


async def _write_orders(world: World, customer: UUID, moments: Sequence[datetime], vendor: UUID) -> list[str]:
    shards = world.shards
    ids = [new_id(like=customer, at=moment) for moment in moments]
    async with shards.transaction(customer) as session:
        for id in ids:
            common = {"customer_id": customer, "tenant_id": "main"}
            await session.execute(insert(OrderRow).values(_order(id, vendor) | common))
            line = {"line": 1, "product_id": new_id(), "name": "Tea", "quantity": 1, "unit_price": 5}
            await session.execute(insert(OrderItemRow).values({"order_id": id, **line, **common}))
            steps = {"order_id": id, "status": "DELIVERED", "at": time_of(id)}
            await session.execute(insert(OrderStepRow).values({**steps, **common}))
    return [str(id) for id in reversed(ids)]


def _order(id: UUID, vendor: UUID) -> dict[str, object]:
    place = {"street": "", "city": "", "lat": 0.0, "lon": 0.0, "region": "middle-east"}
    money = {"currency": "EGP", "items_total": 5, "delivery_fee": 0, "service_fee": 0, "total": 5}
    state = {"status": "DELIVERED", "dispatch": "DONE", "placed_at": time_of(id)}
    return {"id": id, "vendor_id": vendor, **place, **money, **state}


def _next_ten(after: str | None) -> str:
    return f'first: 10, after: "{after}"' if after else "first: 10"


def _months(count: int) -> list[datetime]:
    now = datetime.now(UTC)
    return [now - timedelta(days=30 * (count - n)) for n in range(count)]


async def test_a_customer_pages_through_two_years(world: World) -> None:
    customer = world.person()
    ids = await _write_orders(world, customer.id, _months(24), new_id())
    seen: list[str] = []
    after: str | None = None
    while True:
        reply = await world.orders.entities(
            f"... on User {{ orders({_next_ten(after)}) {{ {NODES} }} }}",
            [{"__typename": "User", "id": str(customer.id)}],
            customer.token,
        )
        [user] = reply.data["_entities"]
        seen += [edge["node"]["id"] for edge in user["orders"]["edges"]]
        after = user["orders"]["pageInfo"]["endCursor"]
        if not user["orders"]["pageInfo"]["hasNextPage"]:
            break
    assert seen == ids


async def test_a_customers_orders_of_one_status_keep_their_place_while_statuses_change(world: World) -> None:
    customer = world.person()
    ids = [await placed(world, customer) for _ in range(5)]
    newest = list(reversed(ids))
    seen, after = await _pending(world, customer, "first: 2")
    assert seen == newest[:2]
    # The order that the cursor names leaves the list, and so does one that is to come.
    for id in (newest[1], newest[3]):
        await step(world, customer, "cancelOrder", id)
    seen, _ = await _pending(world, customer, f'first: 9, after: "{after}"')
    assert seen == [newest[2], newest[4]]


async def _pending(world: World, customer: Person, page: str) -> tuple[list[str], str]:
    nodes = "edges { node { id } } pageInfo { endCursor }"
    reply = await world.orders.entities(
        f"... on User {{ orders({page}, status: PENDING) {{ {nodes} }} }}",
        [{"__typename": "User", "id": str(customer.id)}],
        customer.token,
    )
    [user] = reply.data["_entities"]
    return [edge["node"]["id"] for edge in user["orders"]["edges"]], user["orders"]["pageInfo"]["endCursor"]


async def test_orders_of_fifty_users_take_one_statement_a_shard_type_and_level(world: World) -> None:
    admin = world.person(Role.ADMIN)
    customers = [new_id() for _ in range(50)]
    for customer in customers:
        await _write_orders(world, customer, _months(3), new_id())
    reply = await world.orders.entities(
        f"... on User {{ orders(first: 2) {{ {NODES} }} recent: orders(first: 1) {{ {NODES} }}"
        f" open: orders(status: PENDING) {{ {NODES} }} }}",
        [{"__typename": "User", "id": str(customer)} for customer in customers],
        admin.token,
    )
    assert reply.errors == []
    assert {len(user["orders"]["edges"]) for user in reply.data["_entities"]} == {2}
    assert {len(user["recent"]["edges"]) for user in reply.data["_entities"]} == {1}
    assert {len(user["open"]["edges"]) for user in reply.data["_entities"]} == {0}
    assert reply.most == {"OrdersByUserId": 1, "OrderItemsByOrderId": 1, "OrderStepsByOrderId": 1}


async def test_a_vendors_orders_are_merged_from_all_shards_newest_first(world: World) -> None:
    staff, vendor = world.staff, world.shelf.vendor_id
    ids = [id for _ in range(12) for id in await _write_orders(world, new_id(), _months(2), vendor)]
    seen: list[str] = []
    after: str | None = None
    for _ in range(3):
        reply = await world.orders.entities(
            f"... on Vendor {{ orders({_next_ten(after)}) {{ {NODES} }} }}",
            [{"__typename": "Vendor", "id": str(vendor)}],
            staff.token,
        )
        assert reply.most["OrdersByVendorId"] == 1
        [found] = reply.data["_entities"]
        seen += [edge["node"]["id"] for edge in found["orders"]["edges"]]
        after = found["orders"]["pageInfo"]["endCursor"]
    assert seen == sorted(ids, key=lambda id: UUID(id), reverse=True)


async def test_a_vendors_orders_can_be_of_some_statuses(world: World) -> None:
    await placed(world, world.person())
    await _write_orders(world, new_id(), _months(2), world.shelf.vendor_id)
    reply = await world.orders.entities(
        "... on Vendor { pending: orders(status: PENDING) { edges { cursor } }"
        " delivered: orders(status: DELIVERED) { edges { cursor } }"
        " open: orders(status: [PENDING, READY]) { edges { cursor } }"
        " both: orders(status: [PENDING, DELIVERED]) { edges { cursor } }"
        " none: orders(status: []) { edges { cursor } } }",
        [{"__typename": "Vendor", "id": str(world.shelf.vendor_id)}],
        world.staff.token,
    )
    [vendor] = reply.data["_entities"]
    found = {name: len(orders["edges"]) for name, orders in vendor.items()}
    assert found == {"pending": 1, "delivered": 2, "open": 1, "both": 3, "none": 0}
    assert reply.most == {"OrdersByVendorId": 1}


async def test_orders_as_entities_take_one_statement_a_shard(world: World) -> None:
    admin = world.person(Role.ADMIN)
    ids = [id for _ in range(20) for id in await _write_orders(world, new_id(), _months(2), new_id())]
    reply = await world.orders.entities(
        "... on Order { id status }", [{"__typename": "Order", "id": id} for id in ids], admin.token
    )
    assert [order["id"] for order in reply.data["_entities"]] == ids
    assert reply.most == {"OrderById": 1}


async def test_a_users_orders_are_his_own_and_a_vendors_its_own(world: World) -> None:
    customer = world.person()
    user = {"__typename": "User", "id": str(customer.id)}
    vendor = {"__typename": "Vendor", "id": str(world.shelf.vendor_id)}
    selection = "... on User { orders { edges { cursor } } } ... on Vendor { orders { edges { cursor } } }"
    for person in (
        world.person(),
        world.person(Role.RIDER),
        world.person(Role.VENDOR_STAFF, vendor_id=new_id()),
    ):
        reply = await world.orders.entities(selection, [user, vendor], person.token)
        assert reply.codes == ["FORBIDDEN", "FORBIDDEN"]
        # What one may not see nulls nothing else.
        assert reply.data == {"_entities": [{"orders": None}, {"orders": None}]}
    assert (await world.orders.entities(selection, [user, vendor])).codes == ["UNAUTHENTICATED"] * 2


async def test_a_look_up_by_id_reads_one_month(world: World) -> None:
    customer = new_id()
    [id] = await _write_orders(world, customer, _months(1), new_id())
    shards = world.shards
    query = text(f"EXPLAIN SELECT * FROM orders.orders WHERE id = '{id}'")
    rows = await shards.fetch(shards.map.shard_of(customer), query, "test")
    month = time_of(UUID(id)).strftime("orders_%Y_%m")
    [scan] = [row[0] for row in rows if " on orders_" in row[0]]
    assert month in scan


async def test_open_orders_are_found_by_their_own_index(world: World) -> None:
    """However many a vendor has had; in a generic plan, which knows no values."""
    shards, sql = world.shards, _BY_VENDOR.sql
    types = "uuid[], uuid[], integer[], text[], boolean[]"
    async with shards.transaction_on(0) as session:
        await session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = await (await session.connection()).get_raw_connection()
        driver = connection.driver_connection
        assert driver is not None
        await driver.execute(f"PREPARE pages ({types}) AS {sql}")
        rows = await driver.fetch(
            "EXPLAIN EXECUTE pages (ARRAY[]::uuid[], ARRAY[]::uuid[], '{}', '{}', '{}')"
        )
        await driver.execute("DEALLOCATE pages")
    plan = "\n".join(row[0] for row in rows)
    assert "vendor_id_id_idx1" in plan or "open_idx" in plan
    assert "One-Time Filter" in plan


async def test_partitions_reach_from_two_and_a_half_years_back_to_months_ahead(world: World) -> None:
    shards = world.shards
    # Months by name, wherever they stand: other tests make some for moments of their own, and archive some.
    missing = text(
        "SELECT month FROM generate_series(-30, CAST(:ahead AS integer)) AS n,"
        " waybill.partition_name('orders', 'month', waybill.period_start('month', now(), n)) AS month"
        " WHERE NOT EXISTS (SELECT FROM waybill.partitions WHERE partition_name = month)"
    )
    async with shards.transaction_on(0) as session:
        assert (await session.scalars(missing, {"ahead": 3})).all() == []
        await session.execute(text("SELECT waybill.make_partitions(now(), 30, 1)"))
        assert (await session.scalars(missing, {"ahead": 30})).all() == []
        await session.rollback()


async def test_a_cursor_of_another_list_fails_its_own_page_only(world: World) -> None:
    customer = world.person()
    [id] = await _write_orders(world, customer.id, _months(1), new_id())
    query = """query($r: [_Any!]!, $after: String!) {
        mine: _entities(representations: $r) { ... on User { orders { edges { node { id } } } } }
        odd: _entities(representations: $r) { ... on User { orders(after: $after) { edges { cursor } } }
        } }"""
    user, after = {"__typename": "User", "id": str(customer.id)}, encode_cursor("elsewhere")
    reply = await world.orders.send(query, customer.token, r=[user], after=after)
    assert reply.codes == ["BAD_USER_INPUT"]
    assert reply.data == {"mine": [{"orders": {"edges": [{"node": {"id": id}}]}}], "odd": [{"orders": None}]}
