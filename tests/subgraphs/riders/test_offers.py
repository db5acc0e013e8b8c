"""Who is offered an order, for how long, and who is next: by the vendor's rule, through real events."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from subgraphs.riders.assignments import lock_assignment, take_back
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet, TestOrder
from tests.subgraphs.riders.test_assigning import assignment, assignment_events

RULES = ("OWN_RIDERS", "RIDERS_THEN_PROVIDER")


async def exhaustions(fleet: Fleet, order: TestOrder) -> list[int]:
    """After how many offers nobody was left."""
    entries: Any = await fleet.resources.valkey.xrange("waybill:events:riders")
    ours = [fields for _, fields in entries if fields["key"] == str(order.id)]
    told = [fields for fields in ours if fields["topic"] == "assignment.exhausted"]
    return [int(fields["payload"].split('"offers":')[1].split(",")[0]) for fields in told]


@pytest.mark.parametrize("rule", RULES)
async def test_an_offer_goes_to_the_next_rider_when_its_time_is_over(fleet: Fleet, rule: str) -> None:
    far, near = await fleet.rider(place=GIZA), await fleet.rider(place=CAIRO)
    order = fleet.order(rule=rule, offers=3)
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(order) == near.id
    fleet.clock.turn(29)
    assert await fleet.expire() == 0
    fleet.clock.turn(2)
    assert await fleet.expire() == 1
    assert await fleet.offered_to(order) == far.id
    assert [await fleet.status_of(each) for each in (near, far)] == ["ONLINE", "BUSY"]
    events = ["assignment.offered", "assignment.expired", "assignment.offered"]
    assert await assignment_events(fleet) == events
    assert await fleet.step(near, "acceptAssignment", order) == ["ILLEGAL_STATUS"]
    assert await fleet.step(far, "acceptAssignment", order) == []


async def test_many_who_look_at_the_clock_end_an_offer_once(fleet: Fleet) -> None:
    await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    fleet.clock.turn(31)
    shard = fleet.shards.map.shard_of(order.id)
    ended = await asyncio.gather(*(fleet.handler.schedule.expire(shard) for _ in range(4)))
    assert sum(ended) == 1


async def test_a_declined_offer_goes_to_the_next_rider_at_once(fleet: Fleet) -> None:
    far, near = await fleet.rider(place=GIZA), await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.step(near, "declineAssignment", order) == []
    assert await fleet.status_of(near) == "ONLINE"
    await fleet.work()
    assert await fleet.offered_to(order) == far.id
    assert await fleet.step(near, "declineAssignment", order) == []  # again is nothing new
    assert await fleet.offered_to(order) == far.id
    assert await fleet.step(near, "pickUp", order) == ["ILLEGAL_STATUS"]


async def test_only_an_offer_of_ones_own_can_be_declined(fleet: Fleet) -> None:
    rider, stranger = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.carried(order, rider)
    assert await fleet.step(stranger, "declineAssignment", order) == ["NOT_FOUND"]
    assert await fleet.step(rider, "declineAssignment", order) == ["ILLEGAL_STATUS"]
    assert await fleet.rider_of(order) == str(rider.id)


async def test_a_provider_is_wanted_after_so_many_offers_as_the_vendor_says(fleet: Fleet) -> None:
    for place in (CAIRO, ZAMALEK, GIZA):
        await fleet.rider(place=place)
    order = fleet.order(rule="RIDERS_THEN_PROVIDER", offers=2)
    await fleet.tell(order, "PENDING", "ACCEPTED")
    for _ in range(2):
        fleet.clock.turn(31)
        assert await fleet.expire() == 1
    assert await fleet.offered_to(order) is None
    assert await exhaustions(fleet, order) == [2]
    await fleet.tell(order, "READY")
    assert await fleet.sweep() == 0
    assert (await assignment(fleet, order)).status == "EXHAUSTED"


async def test_a_provider_is_wanted_at_once_where_no_rider_is(fleet: Fleet) -> None:
    order = fleet.order(rule="RIDERS_THEN_PROVIDER", offers=3)
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await exhaustions(fleet, order) == [0]


async def test_own_riders_are_asked_again_when_they_come_online(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    await fleet.step(rider, "declineAssignment", order)
    await fleet.work()
    assert await exhaustions(fleet, order) == [1]
    assert await fleet.sweep() == 0  # he is ONLINE, but has had it
    await fleet.go(rider, "OFFLINE")
    await fleet.go(rider, "ONLINE")
    await fleet.work()
    assert await fleet.offered_to(order) == rider.id


async def test_own_riders_are_asked_again_after_a_while(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    fleet.clock.turn(31)
    assert await fleet.expire() == 1
    assert await fleet.sweep() == 0
    fleet.clock.turn(121)
    assert await fleet.sweep() == 1
    assert await fleet.offered_to(order) == rider.id
    assert await exhaustions(fleet, order) == [1]


async def test_a_rider_who_is_free_again_gets_what_waits_near_him(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    first, second = fleet.order(rule="OWN_RIDERS"), fleet.order(rule="OWN_RIDERS")
    await fleet.carried(first, rider)
    await fleet.tell(second, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(second) is None
    for name in ("pickUp", "completeAssignment"):
        assert await fleet.step(rider, name, first) == []
    await fleet.work()
    assert await fleet.offered_to(second) == rider.id


async def test_who_goes_offline_declines_his_offer(fleet: Fleet) -> None:
    far, near = await fleet.rider(place=GIZA), await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert (await fleet.go(near, "OFFLINE"))["rider"]["status"] == "OFFLINE"
    await fleet.work()
    assert await fleet.offered_to(order) == far.id
    assert await fleet.status_of(near) == "OFFLINE"


async def test_what_a_provider_delivers_is_offered_to_nobody(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="PROVIDER", offers=3)
    await fleet.tell(order, "PENDING", "ACCEPTED", "READY")
    assert await fleet.sweep() == 0
    assert await fleet.status_of(rider) == "ONLINE"
    assert await assignment_events(fleet) == []


@pytest.mark.parametrize("accepted", [False, True])
async def test_an_order_that_goes_to_the_provider_frees_its_rider(fleet: Fleet, accepted: bool) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="RIDERS_THEN_PROVIDER", offers=3)
    await fleet.tell(order, "PENDING", "ACCEPTED")
    if accepted:
        assert await fleet.step(rider, "acceptAssignment", order) == []
    await fleet.publish(order.delivery(fleet.tenant, deliveredBy="PROVIDER"))
    await fleet.work()
    assert await fleet.status_of(rider) == "ONLINE"
    assert await fleet.rider_of(order) is None
    assert (await assignment_events(fleet))[-1] == "assignment.cancelled"
    assert await fleet.step(rider, "pickUp", order) == ["ILLEGAL_STATUS"]
    await fleet.tell(order, "READY")
    assert await fleet.sweep() == 0


async def test_an_order_that_comes_back_from_the_provider_is_offered(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="PROVIDER")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    await fleet.publish(order.delivery(fleet.tenant, deliveryRule="OWN_RIDERS"))
    await fleet.work()
    assert await fleet.offered_to(order) == rider.id


@pytest.mark.parametrize("end", ["CANCELLED", "REJECTED", "FAILED"])
async def test_an_order_that_ends_ends_its_offer(fleet: Fleet, end: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED", end)
    assert await fleet.status_of(rider) == "ONLINE"
    fleet.clock.turn(3600)
    assert (await fleet.expire(), await fleet.sweep()) == (0, 0)
    assert await fleet.step(rider, "acceptAssignment", order) == ["ILLEGAL_STATUS"]


async def test_an_offer_is_not_an_acceptance(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.rider_of(order) is None
    query = "query($id: ID!) { rider(id: $id) { location { lat } } }"
    seen = (await fleet.client.send(query, order.customer.token, id=str(rider.id))).data["rider"]
    assert seen["location"] is None
    await fleet.step(rider, "acceptAssignment", order)
    assert await fleet.rider_of(order) == str(rider.id)


async def test_killed_after_an_offer_ended_its_rider_is_freed_by_the_event(fleet: Fleet) -> None:
    rider, other = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    async with fleet.shards.transaction(order.id) as session:
        row = await lock_assignment(session, order.id)
        assert row is not None
        await take_back(session, row, "expired")
    assert await fleet.status_of(rider) == "BUSY"
    await fleet.work()
    assert await fleet.status_of(rider) == "ONLINE"
    assert await fleet.offered_to(order) == other.id
