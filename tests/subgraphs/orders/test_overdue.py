"""Orders that nobody goes on with end after a time: a schedule that looks at rows, whose clock moves here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from subgraphs.common.ids import new_id
from subgraphs.orders.end_overdue import Overdue
from tests.subgraphs.orders.background import Watch, running
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import accepted, placed, step

ORDER = (
    "query($id: ID!) { order(id: $id) { status timeline { status note } delivery { deliveredBy state } } }"
)


async def _order(world: World, person: Person, id: str) -> dict[str, Any]:
    order: dict[str, Any] = (await world.orders.send(ORDER, person.token, id=id)).data["order"]
    return order


async def _after(world: World, minutes: float) -> None:
    """What the schedule does so many minutes from now."""
    overdue = Overdue(world.shards, world.settings, lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    for shard in world.shards.all:
        await overdue.end(shard)


async def test_an_order_that_no_vendor_accepts_ends_and_says_why(world: World) -> None:
    customer = world.person()
    waiting, taken = await placed(world, customer), await accepted(world, customer)
    await _after(world, 14)
    assert (await _order(world, customer, waiting))["status"] == "PENDING"
    await _after(world, 16)
    order = await _order(world, customer, waiting)
    note = "The vendor did not accept it within 15 minutes."
    assert (order["status"], order["timeline"][-1]["note"]) == ("CANCELLED", note)
    assert await step(world, world.staff, "acceptOrder", waiting) == "ILLEGAL_STATUS"
    assert (await _order(world, customer, taken))["status"] == "ACCEPTED"


async def test_an_order_that_no_own_rider_takes_ends_and_says_why(world: World) -> None:
    await world.shelf.change(delivery_rule="OWN_RIDERS")
    customer = world.person()
    id = await accepted(world, customer)
    await _after(world, 29)
    assert (await _order(world, customer, id))["status"] == "ACCEPTED"
    await _after(world, 31)
    order = await _order(world, customer, id)
    assert order["timeline"][-1] == {"status": "FAILED", "note": "No rider took it within 30 minutes."}
    assert order["delivery"] == {"deliveredBy": None, "state": "ENDED"}


async def test_where_a_provider_may_deliver_it_has_the_order_then(world: World) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    await _after(world, 31)
    assert (await _order(world, customer, id))["delivery"] == {
        "deliveredBy": "PROVIDER",
        "state": "DISPATCHING",
    }
    await _after(world, 1000)
    assert (await _order(world, customer, id))["status"] == "ACCEPTED"


async def test_an_order_that_cannot_be_ended_keeps_no_other_waiting(world: World) -> None:
    customer = world.person()
    ids = [await placed(world, customer) for _ in range(3)]
    async with world.shards.transaction(UUID(ids[0])) as session:
        # It has a CANCELLED step already, by somebody who wrote without us.
        step_of = "INSERT INTO orders.order_steps (order_id, status, customer_id, tenant_id) "
        values = "VALUES (:id, 'CANCELLED', :customer, 'main')"
        await session.execute(text(step_of + values), {"id": UUID(ids[0]), "customer": customer.id})
    await _after(world, 16)
    statuses = [(await _order(world, customer, id))["status"] for id in ids]
    assert statuses == ["PENDING", "CANCELLED", "CANCELLED"]


@pytest.mark.parametrize("rule", ["OWN_RIDERS", "PROVIDER"])
async def test_the_worker_ends_them(delivered: World, watch: Watch, rule: str) -> None:
    world = delivered
    await world.shelf.change(delivery_rule=rule)
    id = await placed(world, world.person(id=new_id()))
    hasty = world.settings.model_copy(update={"accept_minutes": 0.001, "overdue_sweep_seconds": 0.1})
    async with running(hasty):
        await watch.until("order.status", 1, status="CANCELLED")
    assert watch.keys("order.status", status="CANCELLED", previous="PENDING").count(UUID(id)) == 1
