"""A rider finds his own work: `User.rider`, `Rider.assignments`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.riders.assignments import News
from subgraphs.riders.own_assignments import note_news
from subgraphs.riders.restore import restore
from tests.subgraphs.issuer import Person
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet, TestRider

OWN = """... on User { rider { id assignments(state: $state, first: $first, after: $after) {
    edges { cursor node { status order { id } vendor { id } pickup { lat lon } destination { lat lon }
        offeredAt expiresAt acceptedAt pickedUpAt endedAt } } pageInfo { hasNextPage endCursor } } } }"""
QUERY = f"""query($users: [_Any!]!, $state: AssignmentState, $first: Int, $after: String) {{
    _entities(representations: $users) {{ {OWN} }} }}"""


async def own(fleet: Fleet, person: Person, *riders: TestRider, **arguments: Any) -> Any:
    users = [{"__typename": "User", "id": str(rider.user.id)} for rider in riders]
    return await fleet.client.send(QUERY, person.token, users=users, **arguments)


async def statuses(fleet: Fleet, rider: TestRider, state: str | None = None) -> list[str]:
    reply = await own(fleet, rider.user, rider, state=state)
    assert reply.errors == []
    (user,) = reply.data["_entities"]
    assert user["rider"]["id"] == str(rider.id)
    return [edge["node"]["status"] for edge in user["rider"]["assignments"]["edges"]]


async def test_a_rider_finds_his_offer_and_what_he_did_with_it(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    (user,) = (await own(fleet, rider.user, rider, state="OFFERED")).data["_entities"]
    (edge,) = user["rider"]["assignments"]["edges"]
    offer = edge["node"]
    assert offer["order"] == {"id": str(order.id)}
    assert offer["vendor"] == {"id": str(order.vendor_id)}
    assert offer["pickup"] == {"lat": CAIRO[0], "lon": CAIRO[1]}
    assert offer["destination"] == {"lat": ZAMALEK[0], "lon": ZAMALEK[1]}
    assert offer["offeredAt"] < offer["expiresAt"]
    assert (offer["acceptedAt"], offer["endedAt"]) == (None, None)
    # Each step shows at once, before any event has been handled.
    for name, state, status in (
        ("acceptAssignment", "ACTIVE", "ACCEPTED"),
        ("pickUp", "ACTIVE", "PICKED_UP"),
        ("completeAssignment", "PAST", "COMPLETED"),
    ):
        assert await fleet.step(rider, name, order) == []
        assert await statuses(fleet, rider, state) == [status]
    await fleet.work()
    assert await statuses(fleet, rider) == ["COMPLETED"]
    assert await statuses(fleet, rider, "OFFERED") == []


async def test_what_a_rider_lost_is_past(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    for end, status in (("decline", "DECLINED"), ("ignore", "EXPIRED"), ("cancel", "CANCELLED")):
        order = fleet.order(rule="RIDERS_THEN_PROVIDER", offers=1)
        await fleet.tell(order, "PENDING", "ACCEPTED")
        assert await statuses(fleet, rider, "OFFERED") == ["OFFERED"]
        if end == "decline":
            await fleet.step(rider, "declineAssignment", order)
        elif end == "ignore":
            fleet.clock.turn(31)
            await fleet.expire()
        else:
            await fleet.tell(order, "CANCELLED")
        assert (await statuses(fleet, rider, "PAST"))[0] == status
        await fleet.work()
        assert await statuses(fleet, rider, "OFFERED") == []


async def test_many_riders_work_is_one_statement_a_shard_and_comes_in_pages(fleet: Fleet) -> None:
    riders = [await fleet.rider(user_id=new_id(shard * 1024)) for shard in (0, 0, 1, 2, 3)]
    for number in range(5):
        for rider in riders:
            payload = {
                "orderId": str(new_id()),
                "riderId": str(rider.id),
                "vendorId": str(new_id()),
                "version": number,
                "pickup": None,
                "deliveryAddress": {"lat": 1.0, "lon": 2.0},
                **dict.fromkeys(("offeredAt", "expiresAt", "acceptedAt", "pickedUpAt")),
            }
            await note_news(fleet.shards, News(fleet.tenant, "completed", payload))
    admin = fleet.issuer.person(Role.ADMIN)
    reply = await own(fleet, admin, *riders, first=3)
    pages = [user["rider"]["assignments"] for user in reply.data["_entities"]]
    assert [len(page["edges"]) for page in pages] == [3] * 5
    assert reply.most == {"RiderByUserId": 1, "AssignmentsByRiderId": 1}
    after = pages[0]["pageInfo"]["endCursor"]
    (user,) = (await own(fleet, admin, riders[0], first=3, after=after)).data["_entities"]
    rest = user["rider"]["assignments"]
    assert (len(rest["edges"]), rest["pageInfo"]["hasNextPage"]) == (2, False)
    orders = [edge["node"]["order"]["id"] for edge in (*pages[0]["edges"], *rest["edges"])]
    assert orders == sorted(orders, reverse=True)


async def test_only_the_rider_and_admins_see_his_work(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    await fleet.carried(fleet.order(), rider)
    person = fleet.issuer.person
    for somebody in (rider.user, person(Role.ADMIN)):
        (user,) = (await own(fleet, somebody, rider)).data["_entities"]
        assert len(user["rider"]["assignments"]["edges"]) == 1
    query = "query($id: ID!) { rider(id: $id) { id assignments { edges { node { status } } } } }"
    for stranger in (person(), person(Role.RIDER), person(Role.VENDOR_STAFF)):
        reply = await own(fleet, stranger, rider)
        assert (reply.data, reply.codes) == ({"_entities": [{"rider": None}]}, ["FORBIDDEN"])
        reply = await fleet.client.send(query, stranger.token, id=str(rider.id))
        assert reply.data == {"rider": {"id": str(rider.id), "assignments": None}}
        assert reply.codes == ["FORBIDDEN"]
    foreign = person(Role.ADMIN, tenant="elsewhere")
    assert (await own(fleet, foreign, rider)).data == {"_entities": [{"rider": None}]}
    assert (await own(fleet, person(Role.CUSTOMER), rider)).codes == ["FORBIDDEN"]


async def test_who_is_no_rider_has_none(fleet: Fleet) -> None:
    customer = fleet.issuer.person()
    query = "query($users: [_Any!]!) { _entities(representations: $users) { ... on User { rider { id } } } }"
    users = [{"__typename": "User", "id": str(customer.id)}]
    reply = await fleet.client.send(query, customer.token, users=users)
    assert (reply.data, reply.errors) == ({"_entities": [{"rider": None}]}, [])


async def test_late_and_repeated_news_change_nothing(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    entries: Any = await fleet.resources.valkey.xrange("waybill:events:riders")
    offered = [fields for _, fields in entries if fields["topic"] == "assignment.offered"][-1]
    await fleet.step(rider, "acceptAssignment", order)
    await fleet.resources.valkey.xadd("waybill:events:riders", offered)
    await fleet.work()
    assert await statuses(fleet, rider) == ["ACCEPTED"]


async def test_a_list_that_is_lost_knows_again_what_its_rider_has(fleet: Fleet) -> None:
    busy, free = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    await fleet.carried(fleet.order(), busy)
    for shard in fleet.shards.all:
        async with fleet.shards.writing_on(shard, "test") as connection:
            await connection.execute(text("DELETE FROM riders.own_assignments"))
    await restore(fleet.shards, fleet.handler.positions)
    assert await statuses(fleet, busy, "ACTIVE") == ["ACCEPTED"]
    assert await statuses(fleet, free) == []
