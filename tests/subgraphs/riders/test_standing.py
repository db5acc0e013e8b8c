"""People become riders through the graph: they apply, admins decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from subgraphs.common.auth import Role
from subgraphs.common.events import Event
from subgraphs.common.ids import new_id
from tests.subgraphs.issuer import Person
from tests.subgraphs.riders.fleet import CAIRO, GIZA, REPORT, STATUS, Fleet, TestRider
from tests.subgraphs.riders.test_own_assignments import statuses

APPLY = """mutation($vehicle: Vehicle!, $region: String) { applyAsRider(vehicle: $vehicle, region: $region) {
    rider { id vehicle status standing user { id } } errors { code field } } }"""
RIDERS = """query($standing: RiderStanding, $status: RiderStatus, $first: Int, $after: String) {
    riders(standing: $standing, status: $status, first: $first, after: $after) {
        edges { node { id standing } } pageInfo { hasNextPage endCursor } } }"""


async def apply(fleet: Fleet, person: Person, vehicle: str = "BICYCLE") -> Any:
    reply = await fleet.client.send(APPLY, person.token, vehicle=vehicle)
    assert reply.errors == []
    return reply.data["applyAsRider"]


async def judge(fleet: Fleet, name: str, rider_id: object, by: Person | None = None) -> Any:
    query = f"mutation($id: ID!) {{ {name}(riderId: $id) {{ rider {{ standing }} errors {{ code }} }} }}"
    admin = by or fleet.issuer.person(Role.ADMIN)
    reply = await fleet.client.send(query, admin.token, id=str(rider_id))
    assert reply.errors == []
    payload = reply.data[name]
    return payload["rider"]["standing"] if payload["rider"] else payload["errors"][0]["code"]


async def told(fleet: Fleet) -> list[str]:
    """What happened to riders, as events tell it."""
    await fleet.work()
    entries: Any = await fleet.resources.valkey.xrange("waybill:events:riders")
    ours = [fields["topic"] for _, fields in entries if fields["tenant"] == fleet.tenant]
    return [topic for topic in ours if topic.startswith("rider.") and topic != "rider.status"]


async def test_a_customer_applies_is_approved_and_carries_an_order(fleet: Fleet) -> None:
    person = fleet.issuer.person()
    applied = (await apply(fleet, person))["rider"]
    assert (applied["standing"], applied["status"], applied["vehicle"]) == ("APPLIED", "OFFLINE", "BICYCLE")
    assert applied["user"] == {"id": str(person.id)}
    reply = await fleet.client.send(STATUS, person.token, status="ONLINE")
    assert reply.data["setStatus"]["errors"] == [{"code": "FORBIDDEN", "field": None}]
    assert await judge(fleet, "approveRider", applied["id"]) == "APPROVED"
    assert await told(fleet) == ["rider.applied", "rider.approved"]
    # With the token that he had as a customer.
    reply = await fleet.client.send(STATUS, person.token, status="ONLINE")
    assert reply.data["setStatus"]["rider"]["status"] == "ONLINE"
    place = {"lat": CAIRO[0], "lon": CAIRO[1]}
    reply = await fleet.client.send(REPORT, person.token, input=place)
    assert reply.data["reportLocation"]["errors"] == []
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert str(await fleet.offered_to(order)) == applied["id"]


async def test_an_application_that_is_sent_again_is_the_same_one(fleet: Fleet) -> None:
    person = fleet.issuer.person()
    first = (await apply(fleet, person))["rider"]
    second = (await apply(fleet, person, "CAR"))["rider"]
    assert (second["id"], second["vehicle"]) == (first["id"], "CAR")
    await judge(fleet, "approveRider", first["id"])
    third = (await apply(fleet, person, "BICYCLE"))["rider"]
    assert (third["standing"], third["vehicle"]) == ("APPROVED", "CAR")
    assert await told(fleet) == ["rider.applied", "rider.approved"]


async def test_who_was_rejected_may_apply_again(fleet: Fleet) -> None:
    person = fleet.issuer.person()
    rider_id = (await apply(fleet, person))["rider"]["id"]
    for _ in range(2):
        assert await judge(fleet, "rejectRider", rider_id) == "REJECTED"
    assert (await apply(fleet, person))["rider"]["standing"] == "APPLIED"
    assert await judge(fleet, "approveRider", rider_id) == "APPROVED"
    assert await judge(fleet, "rejectRider", rider_id) == "ILLEGAL_STATUS"
    assert await told(fleet) == ["rider.applied", "rider.rejected", "rider.applied", "rider.approved"]


async def test_who_is_suspended_loses_his_offer_and_goes_off_duty(fleet: Fleet) -> None:
    other, rider = await fleet.rider(place=GIZA), await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    for _ in range(2):
        assert await judge(fleet, "suspendRider", rider.id) == "SUSPENDED"
    assert await fleet.status_of(rider) == "OFFLINE"
    assert await statuses(fleet, rider) == ["DECLINED"]
    await fleet.work()
    assert await fleet.offered_to(order) == other.id
    assert (await fleet.go(rider, "ONLINE"))["errors"] == [{"code": "FORBIDDEN", "field": None}]
    reply = await fleet.client.send(APPLY, rider.token, vehicle="CAR")
    assert reply.data["applyAsRider"]["errors"][0]["code"] == "ILLEGAL_STATUS"
    assert await judge(fleet, "approveRider", rider.id) == "APPROVED"
    assert (await fleet.go(rider, "ONLINE"))["rider"]["status"] == "ONLINE"


async def test_who_is_suspended_on_his_way_brings_the_order_home_first(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.carried(order, rider)
    assert await judge(fleet, "suspendRider", rider.id) == "SUSPENDED"
    assert await fleet.status_of(rider) == "BUSY"
    # Also with the token that he has then, of a customer.
    customer = TestRider(rider.id, fleet.issuer.person(id=rider.user.id))
    for name in ("pickUp", "completeAssignment"):
        assert await fleet.step(customer, name, order) == []
    assert await fleet.status_of(rider) == "OFFLINE"


async def test_admins_list_riders_by_standing_in_pages(fleet: Fleet) -> None:
    people = [fleet.issuer.person(id=new_id(shard * 1024)) for shard in range(4)]
    ids = [(await apply(fleet, person))["rider"]["id"] for person in people]
    await fleet.rider(place=CAIRO)
    admin = fleet.issuer.person(Role.ADMIN)
    reply = await fleet.client.send(RIDERS, admin.token, standing="APPLIED", first=3)
    assert reply.most == {"riders": 1}
    page = reply.data["riders"]
    seen = [edge["node"]["id"] for edge in page["edges"]]
    assert page["pageInfo"]["hasNextPage"]
    after = page["pageInfo"]["endCursor"]
    reply = await fleet.client.send(RIDERS, admin.token, standing="APPLIED", first=3, after=after)
    seen += [edge["node"]["id"] for edge in reply.data["riders"]["edges"]]
    assert seen == sorted(ids, reverse=True)
    online = (await fleet.client.send(RIDERS, admin.token, status="ONLINE")).data["riders"]["edges"]
    assert [edge["node"]["standing"] for edge in online] == ["APPROVED"]
    foreign = fleet.issuer.person(Role.ADMIN, tenant="elsewhere")
    assert (await fleet.client.send(RIDERS, foreign.token)).data["riders"]["edges"] == []


async def test_only_admins_decide_and_see_who_wants_to_ride(fleet: Fleet) -> None:
    rider = await fleet.rider()
    person = fleet.issuer.person
    for stranger in (person(), rider.user, person(Role.VENDOR_STAFF)):
        for name in ("approveRider", "rejectRider", "suspendRider"):
            assert await judge(fleet, name, rider.id, stranger) == "FORBIDDEN"
        reply = await fleet.client.send(RIDERS, stranger.token)
        assert (reply.data, reply.codes) == ({"riders": None}, ["FORBIDDEN"])
    foreign = person(Role.ADMIN, tenant="elsewhere")
    assert await judge(fleet, "suspendRider", rider.id, foreign) == "NOT_FOUND"
    query = "query($id: ID!) { rider(id: $id) { standing } }"
    reply = await fleet.client.send(query, person().token, id=str(rider.id))
    assert (reply.data, reply.codes) == ({"rider": {"standing": None}}, ["FORBIDDEN"])
    assert (await fleet.client.send(APPLY, vehicle="CAR")).data["applyAsRider"]["errors"][0]["code"] == (
        "UNAUTHENTICATED"
    )
    assert (await apply(fleet, person(Role.ADMIN)))["errors"][0]["code"] == "FORBIDDEN"


async def test_a_rating_counts_once_and_the_mean_is_the_riders(fleet: Fleet) -> None:
    rider = await fleet.rider(rating=None)
    query = "query($id: ID!) { rider(id: $id) { rating } }"

    async def rating() -> float | None:
        found: float | None = (await fleet.client.send(query, rider.token, id=str(rider.id))).data["rider"][
            "rating"
        ]
        return found

    assert await rating() is None
    for stars, told_times, mean in ((5, 2, 5.0), (2, 1, 3.5), (None, 1, 3.5)):
        order = fleet.order()
        payload = {"orderId": str(order.id), "riderId": str(rider.id), "riderStars": stars}
        event = Event(
            new_id(like=order.id), "order.rated", order.id, fleet.tenant, payload, datetime.now(UTC)
        )
        for _ in range(told_times):
            await fleet.publish(event)
        await fleet.work()
        assert await rating() == mean
