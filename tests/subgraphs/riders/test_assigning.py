import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from subgraphs.common.auth import Role
from subgraphs.riders.duty import claim
from subgraphs.riders.models import AssignmentRow, RiderRow
from subgraphs.riders.restore import restore
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet, TestOrder


async def assignment_events(fleet: Fleet) -> list[str]:
    entries: Any = await fleet.resources.valkey.xrange("waybill:events:riders")
    ours = [fields for _, fields in entries if fields["tenant"] == fleet.tenant]
    return [fields["topic"] for fields in ours if fields["topic"].startswith("assignment.")]


async def assignment(fleet: Fleet, order: TestOrder) -> AssignmentRow:
    async with fleet.shards.transaction(order.id) as session:
        return (await session.scalars(select(AssignmentRow).where(AssignmentRow.order_id == order.id))).one()


@pytest.mark.parametrize("status", ["ACCEPTED", "READY"])
async def test_an_order_goes_to_the_nearest_rider_who_is_online(fleet: Fleet, status: str) -> None:
    far, near = await fleet.rider(place=GIZA), await fleet.rider(place=ZAMALEK)
    offline = await fleet.rider(place=CAIRO)
    await fleet.go(offline, "OFFLINE")
    order = fleet.order()
    await fleet.tell(order, "PENDING", status)
    assert await fleet.offered_to(order) == near.id
    assert [await fleet.status_of(each) for each in (near, far, offline)] == ["BUSY", "ONLINE", "OFFLINE"]
    assert await assignment_events(fleet) == ["assignment.offered"]


async def test_nobody_rides_before_the_vendor_accepts(fleet: Fleet) -> None:
    await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.tell(order, "PENDING")
    assert await fleet.sweep() == 0
    assert await fleet.offered_to(order) is None


async def test_an_order_is_assigned_once_however_often_it_is_told(fleet: Fleet) -> None:
    await fleet.rider(place=CAIRO)
    second = await fleet.rider(place=ZAMALEK)
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED", "READY", "READY")
    assert await assignment_events(fleet) == ["assignment.offered"]
    assert await fleet.status_of(second) == "ONLINE"


async def test_one_rider_gets_one_order_of_many_at_once(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    orders = [fleet.order() for _ in range(6)]
    for order in orders:
        await fleet.tell(order, "PENDING")
    await asyncio.gather(*(fleet.handler.handle([order.event("ACCEPTED", fleet.tenant)]) for order in orders))
    await fleet.work()
    riders = [await fleet.offered_to(order) for order in orders]
    assert sorted(riders, key=str) == sorted([rider.id, *[None] * 5], key=str)


async def test_many_assigners_give_an_order_to_one_rider_and_keep_no_other(fleet: Fleet) -> None:
    riders = [await fleet.rider(place=CAIRO) for _ in range(4)]
    order = fleet.order()
    await fleet.tell(order, "PENDING")
    await asyncio.gather(*(fleet.handler.handle([order.event("ACCEPTED", fleet.tenant)]) for _ in range(5)))
    await fleet.work()
    carrier = str(await fleet.offered_to(order))
    statuses = {str(rider.id): await fleet.status_of(rider) for rider in riders}
    assert statuses == {id: "BUSY" if id == carrier else "ONLINE" for id in statuses}
    assert await assignment_events(fleet) == ["assignment.offered"]


async def test_an_order_that_found_nobody_gets_the_next_who_comes_online(fleet: Fleet) -> None:
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(order) is None
    rider = await fleet.rider(place=CAIRO)
    await fleet.sweep()
    assert await fleet.offered_to(order) == rider.id


async def test_riders_beyond_reach_are_not_sent(fleet: Fleet) -> None:
    await fleet.rider(place=(31.2, 29.9))  # Alexandria
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(order) is None


async def test_riders_of_other_tenants_are_not_sent(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    event = order.event("ACCEPTED", "elsewhere")
    await fleet.handler.handle([event])
    assert await fleet.status_of(rider) == "ONLINE"


async def test_killed_after_the_claim_the_sweep_goes_on_with_the_same_rider(fleet: Fleet) -> None:
    claimed, other = await fleet.rider(place=GIZA), await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.tell(order, "PENDING")
    await fleet.handler.handle([order.event("PREPARING", fleet.tenant)])
    # As far as an assigner came that chose `claimed`:
    shards = fleet.shards
    assert await fleet.handler.assigner._intend(order.id, claimed.id)
    assert await claim(shards, claimed.id, fleet.tenant, order.id) == claimed.user.id
    assert await fleet.offered_to(order) is None
    await fleet.sweep()
    assert await fleet.offered_to(order) == claimed.id
    assert await fleet.status_of(other) == "ONLINE"


async def test_a_rider_accepts_picks_up_and_delivers_and_is_free_again(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.tell(order, "PENDING", "READY")
    for name in ("acceptAssignment", "pickUp", "completeAssignment"):
        assert await fleet.step(rider, name, order) == []
        assert await fleet.step(rider, name, order) == []  # again is nothing new
    assert await fleet.status_of(rider) == "ONLINE"
    await fleet.work()
    assert await fleet.status_of(rider) == "ONLINE"
    assert await assignment_events(fleet) == [
        "assignment.offered",
        "assignment.accepted",
        "assignment.picked_up",
        "assignment.completed",
    ]


async def test_steps_out_of_order_and_by_others_are_refused(fleet: Fleet) -> None:
    rider, stranger = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    order = fleet.order()
    await fleet.tell(order, "PENDING", "READY")
    assert await fleet.step(rider, "completeAssignment", order) == ["ILLEGAL_STATUS"]
    assert await fleet.step(stranger, "pickUp", order) == ["NOT_FOUND"]
    query = "mutation($id: ID!) { pickUp(orderId: $id) { errors { code } } }"
    reply = await fleet.client.send(query, order.customer.token, id=str(order.id))
    assert reply.data["pickUp"]["errors"] == [{"code": "FORBIDDEN"}]


async def test_a_cancelled_order_lets_its_rider_go(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED", "CANCELLED")
    assert await fleet.status_of(rider) == "ONLINE"
    assert (await assignment(fleet, order)).status == "CANCELLED"
    assert await assignment_events(fleet) == ["assignment.offered", "assignment.cancelled"]


async def test_a_late_repetition_of_an_old_status_does_not_turn_the_clock_back(fleet: Fleet) -> None:
    order = fleet.order()
    accepted = order.event("ACCEPTED", fleet.tenant)
    await fleet.handler.handle([accepted, order.event("READY", fleet.tenant), accepted])
    assert (await assignment(fleet, order)).order_status == "READY"


async def test_valkey_may_lose_everything(fleet: Fleet) -> None:
    busy, free = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    order = fleet.order()
    await fleet.carried(order, busy)
    await fleet.write_pings()
    await fleet.resources.valkey.flushall()
    await restore(fleet.shards, fleet.handler.positions)
    location = "rider { id location { lat lon } }"
    reply = await fleet.order_fields(location, [order], order.customer.token)
    (entity,) = reply.data["_entities"]
    assert entity["rider"]["location"] == {"lat": CAIRO[0], "lon": CAIRO[1]}
    assert [await fleet.status_of(busy), await fleet.status_of(free)] == ["BUSY", "ONLINE"]
    other = fleet.order()
    await fleet.tell(other, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(other) == free.id


async def test_a_rider_whose_order_does_not_know_him_is_let_go_at_the_next_start(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await claim(fleet.shards, rider.id, fleet.tenant, order.id)
    await restore(fleet.shards, fleet.handler.positions)
    async with fleet.shards.transaction(rider.id) as session:
        row = (await session.scalars(select(RiderRow).where(RiderRow.id == rider.id))).one()
    assert (row.status, row.order_id) == ("ONLINE", None)


async def test_only_who_may_see_the_order_sees_its_rider(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.carried(order, rider)
    person = fleet.issuer.person
    staff = person(Role.VENDOR_STAFF, vendor_id=order.vendor_id)
    for somebody in (order.customer, staff, rider.user, person(Role.ADMIN)):
        assert await fleet.rider_of(order, somebody.token) == str(rider.id)
    for somebody in (person(), person(Role.ADMIN, tenant="elsewhere")):
        assert await fleet.rider_of(order, somebody.token) is None
