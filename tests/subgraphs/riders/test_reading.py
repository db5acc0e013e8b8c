from datetime import UTC, datetime, timedelta
from typing import Any

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet

REQUIRED: dict[str, Any] = {"status": "PICKED_UP", "deliveryAddress": {"lat": ZAMALEK[0], "lon": ZAMALEK[1]}}
FIRST_QUERY = "rider { user { id } location { lat lon at } } eta"


def bucket_of_shard(shard: int) -> int:
    return shard * 1024


async def test_riders_of_a_customers_orders_cost_one_statement_a_shard_and_type(fleet: Fleet) -> None:
    customer = fleet.issuer.person()
    riders, orders = [], []
    for n in range(8):
        rider = await fleet.rider(place=(10.0 + n, 20.0), user_id=new_id(bucket_of_shard(n % 4)))
        order = fleet.order(pickup=(10.0 + n, 20.0))
        order = type(order)(new_id(like=customer.id), customer, order.vendor_id, order.pickup)
        await fleet.carried(order, rider)
        riders.append(rider)
        orders.append(order)
    reply = await fleet.order_fields(FIRST_QUERY, orders, customer.token, **REQUIRED)
    users = [entity["rider"]["user"]["id"] for entity in reply.data["_entities"]]
    assert users == [str(rider.user.id) for rider in riders]
    assert all(entity["rider"]["location"] and entity["eta"] for entity in reply.data["_entities"])
    assert reply.most == {"AssignmentByOrderId": 1, "RiderById": 1}


async def test_a_riders_place_is_seen_by_whom_he_rides_for_and_only_then(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.carried(order, rider)
    query = "query($id: ID!) { rider(id: $id) { vehicle rating location { lat lon heading } } }"
    person = fleet.issuer.person
    staff = person(Role.VENDOR_STAFF, vendor_id=order.vendor_id)

    async def location(token: str) -> object:
        return (await fleet.client.send(query, token, id=str(rider.id))).data["rider"]["location"]

    for somebody in (order.customer, staff, rider.user, person(Role.ADMIN)):
        assert await location(somebody.token) == {"lat": CAIRO[0], "lon": CAIRO[1], "heading": None}
    assert await location(person().token) is None
    for name in ("pickUp", "completeAssignment"):
        await fleet.step(rider, name, order)
    assert await location(order.customer.token) is None


async def test_nobody_reads_riders_without_a_login_or_of_other_tenants(fleet: Fleet) -> None:
    rider = await fleet.rider()
    query = "query($id: ID!) { rider(id: $id) { id } }"
    assert (await fleet.client.send(query, id=str(rider.id))).codes == ["UNAUTHENTICATED"]
    stranger = fleet.issuer.person(Role.ADMIN, tenant="elsewhere")
    assert (await fleet.client.send(query, stranger.token, id=str(rider.id))).data == {"rider": None}


async def test_the_eta_comes_nearer_with_the_rider(fleet: Fleet) -> None:
    rider = await fleet.rider(place=GIZA)
    order = fleet.order()
    await fleet.carried(order, rider)
    etas = []
    for place in (GIZA, CAIRO, ZAMALEK):
        await fleet.report(rider, *place)
        reply = await fleet.order_fields("eta", [order], order.customer.token, **REQUIRED)
        etas.append(datetime.fromisoformat(reply.data["_entities"][0]["eta"]))
    assert etas == sorted(etas, reverse=True)
    assert etas[-1] - datetime.now(UTC) < timedelta(minutes=3)
    assert etas[0] - datetime.now(UTC) < timedelta(minutes=30)


async def test_what_is_over_has_no_eta(fleet: Fleet) -> None:
    order = fleet.order()
    await fleet.tell(order, "PENDING")
    for status in ("DELIVERED", "CANCELLED"):
        required = {**REQUIRED, "status": status}
        reply = await fleet.order_fields("eta", [order], order.customer.token, **required)
        assert reply.data["_entities"] == [{"eta": None}]


async def test_the_track_is_the_riders_way_with_the_order(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.carried(order, rider)
    for n in range(5):
        await fleet.report(rider, CAIRO[0] + n / 1000, CAIRO[1])
    await fleet.write_pings()
    reply = await fleet.order_fields("track { lat }", [order], order.customer.token)
    track = [point["lat"] for point in reply.data["_entities"][0]["track"]]
    assert track == [CAIRO[0] + n / 1000 for n in range(5)]


NEARBY = """query($km: Float!, $status: RiderStatus, $first: Int) {
    nearbyRiders(point: { lat: 30.0444, lon: 31.2357 }, km: $km, status: $status, first: $first) {
        rider { id user { id } } location { lat lon } distanceKm } }"""


async def test_riders_near_a_point_come_nearest_first(fleet: Fleet) -> None:
    far, near, offline = [await fleet.rider(place=place) for place in (GIZA, CAIRO, ZAMALEK)]
    await fleet.go(offline, "OFFLINE")
    admin = fleet.issuer.person(Role.ADMIN)

    async def ids(**arguments: Any) -> list[str]:
        reply = await fleet.client.send(NEARBY, admin.token, **arguments)
        assert set(reply.most) <= {"RiderById"}
        return [each["rider"]["id"] for each in reply.data["nearbyRiders"]]

    assert await ids(km=10) == [str(near.id), str(far.id)]
    assert await ids(km=1) == [str(near.id)]
    assert await ids(km=10, first=1) == [str(near.id)]
    assert await ids(km=10, status="BUSY") == []


async def test_the_map_of_riders_is_not_for_everybody(fleet: Fleet) -> None:
    customer = fleet.issuer.person()
    assert (await fleet.client.send(NEARBY, customer.token, km=1)).codes == ["FORBIDDEN"]
    assert (await fleet.client.send(NEARBY, km=1)).codes == ["UNAUTHENTICATED"]
    admin = fleet.issuer.person(Role.ADMIN)
    for km in (-1, 0, 51):
        assert (await fleet.client.send(NEARBY, admin.token, km=km)).codes == ["BAD_USER_INPUT"]


async def test_the_eta_is_by_the_vendors_own_time_to_prepare(fleet: Fleet) -> None:
    etas = []
    for minutes in (5, 45):
        order = fleet.order(more={"prepMinutes": minutes})
        await fleet.tell(order, "PENDING", "ACCEPTED")
        required = {**REQUIRED, "status": "ACCEPTED"}
        reply = await fleet.order_fields("eta", [order], order.customer.token, **required)
        etas.append(datetime.fromisoformat(reply.data["_entities"][0]["eta"]))
    assert timedelta(minutes=39) <= etas[1] - etas[0] <= timedelta(minutes=41)
