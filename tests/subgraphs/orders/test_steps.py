"""The state machine, and who may take which step."""

from __future__ import annotations

import asyncio

import pytest

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.orders.statuses import FINAL, STEPS, OrderStatus
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.operations import place, placed, step

VENDOR_STEPS = {
    "acceptOrder": "ACCEPTED",
    "rejectOrder": "REJECTED",
    "startPreparing": "PREPARING",
    "markReady": "READY",
}


def test_every_status_is_in_the_table_and_the_sad_ends_are_ends() -> None:
    assert set(STEPS) == set(OrderStatus)
    assert {status.value for status in FINAL} == {"DELIVERED", "REJECTED", "CANCELLED", "FAILED"}


async def test_a_vendor_takes_an_order_to_ready(world: World) -> None:
    customer, staff = world.person(), world.staff
    id = await placed(world, customer)
    for name in ("acceptOrder", "startPreparing", "markReady"):
        assert await step(world, staff, name, id) == VENDOR_STEPS[name]
    reply = await world.orders.send(
        "query($id: ID!) { order(id: $id) { timeline { status } } }", customer.token, id=id
    )
    statuses = [entry["status"] for entry in reply.data["order"]["timeline"]]
    assert statuses == ["PENDING", "ACCEPTED", "PREPARING", "READY"]


async def test_a_step_taken_twice_is_taken_once(world: World) -> None:
    staff, id = world.staff, await placed(world, world.person())
    answers = await asyncio.gather(*(step(world, staff, "acceptOrder", id) for _ in range(5)))
    assert set(answers) == {"ACCEPTED"}


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        ([], ["startPreparing", "markReady"]),
        (["acceptOrder"], ["rejectOrder", "markReady"]),
        (["acceptOrder", "startPreparing"], ["acceptOrder", "rejectOrder"]),
        (["acceptOrder", "startPreparing", "markReady"], ["acceptOrder", "startPreparing"]),
        (["rejectOrder"], ["acceptOrder", "startPreparing", "markReady"]),
    ],
)
async def test_illegal_steps_are_refused(world: World, before: list[str], wrong: list[str]) -> None:
    staff, id = world.staff, await placed(world, world.person())
    for name in before:
        await step(world, staff, name, id)
    for name in wrong:
        assert await step(world, staff, name, id) == "ILLEGAL_STATUS", name


async def test_a_customer_cancels_until_the_kitchen_starts(world: World) -> None:
    customer, staff = world.person(), world.staff
    early, late = await placed(world, customer), await placed(world, customer)
    await step(world, staff, "acceptOrder", early)
    assert await step(world, customer, "cancelOrder", early) == "CANCELLED"
    assert await step(world, customer, "cancelOrder", early) == "CANCELLED"
    for name in ("acceptOrder", "startPreparing"):
        await step(world, staff, name, late)
    assert await step(world, customer, "cancelOrder", late) == "ILLEGAL_STATUS"


async def test_who_may_not_see_an_order_may_not_know_of_it(world: World) -> None:
    id = await placed(world, world.person())
    stranger, other_staff = world.person(), world.person(Role.VENDOR_STAFF, vendor_id=new_id())
    foreign_admin = world.person(Role.ADMIN, tenant="elsewhere")
    for person in (stranger, other_staff, foreign_admin):
        assert await step(world, person, "cancelOrder", id) == "NOT_FOUND"
        reply = await world.orders.send("query($id: ID!) { order(id: $id) { id } }", person.token, id=id)
        assert (reply.data, reply.errors) == ({"order": None}, [])


async def test_customer_and_vendor_cannot_do_each_others_steps(world: World) -> None:
    customer = world.person()
    id = await placed(world, customer)
    assert await step(world, customer, "acceptOrder", id) == "FORBIDDEN"
    assert await step(world, world.staff, "cancelOrder", id) == "FORBIDDEN"


async def test_nobody_does_nothing(world: World) -> None:
    id = await placed(world, world.person())
    reply = await world.orders.send("mutation($id: ID!) { cancelOrder(id: $id) { order { id } } }", id=id)
    assert reply.codes == ["UNAUTHENTICATED"]
    reply = await world.orders.send("query($id: ID!) { order(id: $id) { id } }", id=id)
    assert reply.codes == ["UNAUTHENTICATED"]


async def test_an_unknown_order_is_not_found(world: World) -> None:
    assert await step(world, world.staff, "acceptOrder", str(new_id())) == "NOT_FOUND"
    assert await step(world, world.staff, "acceptOrder", "nonsense") == "BAD_USER_INPUT"


async def test_a_reason_stands_in_the_timeline(world: World) -> None:
    customer = world.person()
    order = (await place(world, customer, {await world.shelf.put("Tea", 1000): 1}))["order"]
    query = """mutation($id: ID!) { cancelOrder(id: $id, reason: "too late") {
        order { timeline { status note } } } }"""
    reply = await world.orders.send(query, customer.token, id=order["id"])
    assert reply.data["cancelOrder"]["order"]["timeline"][-1] == {"status": "CANCELLED", "note": "too late"}
