"""Who delivers: one decision for each order, by its vendor's rule."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from subgraphs.common.events import Event
from subgraphs.common.ids import new_id
from subgraphs.orders.consumer import ApplyAssignments
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import accepted, placed, step

ORDER = "query($id: ID!) { order(id: $id) { status delivery { rule deliveredBy state } } }"


class Riders:
    """What the riders subgraph tells of an order; one rider."""

    def __init__(self, world: World, order: str) -> None:
        self.world, self.order = world, UUID(order)
        self.rider, self.user = new_id(), new_id()

    def event(self, happened: str) -> Event:
        payload = {"orderId": str(self.order), "riderId": str(self.rider), "riderUserId": str(self.user)}
        if happened == "exhausted":
            payload = {"orderId": str(self.order), "offers": "3"}
        topic = f"assignment.{happened}"
        return Event(new_id(like=self.order), topic, self.order, "main", payload, datetime.now(UTC))

    async def tell(self, *happened: str) -> None:
        await ApplyAssignments(self.world.shards).handle([self.event(each) for each in happened])


async def _order(world: World, person: Person, id: str) -> dict[str, Any]:
    reply = await world.orders.send(ORDER, person.token, id=id)
    assert reply.errors == []
    order: dict[str, Any] = reply.data["order"]
    return order


async def _told(world: World, id: str) -> list[tuple[str | None, str]]:
    """Who delivers, and the state, of each `order.delivery`."""
    query = text(
        "SELECT payload FROM waybill.outbox WHERE key = :key AND topic = 'order.delivery' ORDER BY seq"
    )
    shard = world.shards.map.shard_of(UUID(id))
    rows: Sequence[Any] = await world.shards.fetch(shard, query, "test", key=UUID(id))
    return [(row.payload["deliveredBy"], row.payload["state"]) for row in rows]


@pytest.mark.parametrize(
    ("rule", "delivered_by", "state"),
    [
        ("PROVIDER", "PROVIDER", "DISPATCHING"),
        ("OWN_RIDERS", None, "SEARCHING_RIDER"),
        ("RIDERS_THEN_PROVIDER", None, "SEARCHING_RIDER"),
    ],
)
async def test_who_delivers_is_decided_when_the_vendor_accepts(
    world: World, rule: str, delivered_by: str | None, state: str
) -> None:
    await world.shelf.change(delivery_rule=rule)
    customer = world.person()
    id = await placed(world, customer)
    before = (await _order(world, customer, id))["delivery"]
    assert before == {"rule": rule, "deliveredBy": None, "state": "AWAITING_VENDOR"}
    await world.shelf.change(delivery_rule="OWN_RIDERS")  # an order goes by the rule that it was placed under
    await step(world, world.staff, "acceptOrder", id)
    after = (await _order(world, customer, id))["delivery"]
    assert after == {"rule": rule, "deliveredBy": delivered_by, "state": state}
    assert await _told(world, id) == ([(delivered_by, state)] if delivered_by else [])


async def test_events_tell_what_riders_need_to_know(world: World) -> None:
    await world.shelf.change(delivery_rule="OWN_RIDERS", riders_offers=5, prep_minutes=7)
    id = await placed(world, world.person())
    await step(world, world.staff, "acceptOrder", id)
    query = text("SELECT topic, payload FROM waybill.outbox WHERE key = :key ORDER BY seq")
    rows = await world.shards.fetch(world.shards.map.shard_of(UUID(id)), query, "test", key=UUID(id))
    for row in rows:
        told = {
            name: row.payload[name] for name in ("deliveryRule", "ridersOffers", "deliveredBy", "prepMinutes")
        }
        assert told == {
            "deliveryRule": "OWN_RIDERS",
            "ridersOffers": 5,
            "deliveredBy": None,
            "prepMinutes": 7,
        }
        assert row.payload["vendorLocation"] == {"lat": 30.04, "lon": 31.23}
        assert row.payload["vendorTimeZone"] == "UTC"
    assert [row.topic for row in rows] == ["order.placed", "order.status"]


async def test_a_rider_who_accepts_delivers(world: World) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    riders = Riders(world, id)
    await riders.tell("offered")
    assert (await _order(world, customer, id))["delivery"]["state"] == "SEARCHING_RIDER"
    await riders.tell("accepted")
    order = await _order(world, customer, id)
    assert (order["delivery"]["deliveredBy"], order["delivery"]["state"]) == ("RIDER", "ASSIGNED")
    await riders.tell("exhausted")  # a word from before he accepted
    assert (await _order(world, customer, id))["delivery"]["deliveredBy"] == "RIDER"
    await riders.tell("picked_up", "completed")
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["state"]) == ("DELIVERED", "DELIVERED")
    assert await _told(world, id) == [("RIDER", "ASSIGNED")]


async def test_when_no_rider_is_left_the_provider_delivers_where_the_rule_says_so(world: World) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    riders = Riders(world, id)
    await riders.tell("offered", "expired", "exhausted", "exhausted")
    order = await _order(world, customer, id)
    assert (order["delivery"]["deliveredBy"], order["delivery"]["state"]) == ("PROVIDER", "DISPATCHING")
    assert await _told(world, id) == [("PROVIDER", "DISPATCHING")]


async def test_a_rider_who_accepts_too_late_is_told_that_the_provider_has_it(world: World) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    riders = Riders(world, id)
    await riders.tell("exhausted", "accepted", "picked_up")
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["deliveredBy"]) == ("ACCEPTED", "PROVIDER")
    assert set(await _told(world, id)) == {("PROVIDER", "DISPATCHING")}
    rider = world.person(id=riders.user)
    reply = await world.orders.send(ORDER, rider.token, id=id)
    assert reply.data == {"order": None}  # he has no part in it


@pytest.mark.parametrize("_", range(5))
async def test_a_rider_and_the_provider_never_both_have_an_order(world: World, _: int) -> None:
    customer = world.person()
    ids = [await accepted(world, customer) for _ in range(4)]
    everybody = [Riders(world, id) for id in ids]
    await asyncio.gather(
        *(riders.tell("accepted") for riders in everybody),
        *(riders.tell("exhausted") for riders in everybody),
    )
    for id in ids:
        by = {by for by, _ in await _told(world, id)}
        assert len(by) == 1
        row = await _row(world, id)
        assert (row.delivered_by, row.rider_id is None, row.dispatch) in (
            ("RIDER", False, "IDLE"),
            ("PROVIDER", True, "WAITING"),
        )


async def _row(world: World, id: str) -> Any:
    query = text("SELECT * FROM orders.orders WHERE id = :id")
    [row] = await world.shards.fetch(world.shards.map.shard_of(UUID(id)), query, "test", id=UUID(id))
    return row


async def test_an_order_that_only_own_riders_deliver_waits_for_one(world: World) -> None:
    await world.shelf.change(delivery_rule="OWN_RIDERS")
    customer = world.person()
    id = await accepted(world, customer)
    riders = Riders(world, id)
    await riders.tell("exhausted", "exhausted")
    assert (await _order(world, customer, id))["delivery"]["state"] == "WAITING_FOR_RIDER"
    await riders.tell("offered")
    assert (await _order(world, customer, id))["delivery"]["state"] == "SEARCHING_RIDER"
    await riders.tell("accepted")
    assert await _told(world, id) == [
        (None, "WAITING_FOR_RIDER"),
        (None, "SEARCHING_RIDER"),
        ("RIDER", "ASSIGNED"),
    ]


@pytest.mark.parametrize("word", ["declined", "expired", "cancelled"])
async def test_a_rider_who_lets_go_leaves_the_order_to_others(world: World, word: str) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    riders, other = Riders(world, id), Riders(world, id)
    await riders.tell("offered", "accepted", word)
    order = await _order(world, customer, id)
    assert (order["delivery"]["deliveredBy"], order["delivery"]["state"]) == (None, "SEARCHING_RIDER")
    await other.tell("accepted")
    await riders.tell(word)  # of the first one, again
    row = await _row(world, id)
    assert (row.delivered_by, row.rider_id) == ("RIDER", other.rider)


async def test_a_rider_sees_an_order_from_his_offer_on(world: World) -> None:
    id = await accepted(world, world.person())
    riders = Riders(world, id)
    rider = world.person(id=riders.user)
    assert (await world.orders.send(ORDER, rider.token, id=id)).data == {"order": None}
    await riders.tell("offered")
    assert (await world.orders.send(ORDER, rider.token, id=id)).data["order"]["status"] == "ACCEPTED"
    await riders.tell("declined")
    assert (await world.orders.send(ORDER, rider.token, id=id)).data == {"order": None}


async def test_a_rider_of_an_order_that_ended_changes_nothing(world: World) -> None:
    customer = world.person()
    id = await accepted(world, customer)
    await step(world, customer, "cancelOrder", id)
    await Riders(world, id).tell("offered", "accepted", "picked_up", "exhausted")
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["deliveredBy"]) == ("CANCELLED", None)
    assert order["delivery"]["state"] == "ENDED"
