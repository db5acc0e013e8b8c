"""A place off the map is refused at the door; rows that have one, or make no sense, stop nobody."""

from __future__ import annotations

from typing import Any

import pytest
from redis.exceptions import ResponseError
from sqlalchemy import text, update

from subgraphs.common.auth import Role
from subgraphs.riders.keys import PINGS, geo_key, rider_key
from subgraphs.riders.models import AssignmentRow, RiderRow
from subgraphs.riders.positions import Positions
from subgraphs.riders.restore import restore
from tests.subgraphs.riders.fleet import CAIRO, ZAMALEK, Fleet, TestRider

POLE = (90.0, 31.2)
NEAR = "query($point: PointInput!) { nearbyRiders(point: $point, km: 1) { distanceKm } }"


async def move_row(fleet: Fleet, rider: TestRider, lat: float, lon: float) -> None:
    """As a report did when any place was taken."""
    async with fleet.shards.transaction(rider.id) as session:
        this = update(RiderRow).where(RiderRow.id == rider.id)
        await session.execute(this.values(lat=lat, lon=lon, located_at=text("now()")))


@pytest.mark.parametrize("place", [POLE, (-85.06, 0.0), (5e-324, 0.0), (0.0, 180.1)])
async def test_a_report_from_off_the_map_is_refused_and_leaves_no_trace(
    fleet: Fleet, place: tuple[float, float]
) -> None:
    rider = await fleet.rider(place=CAIRO)
    valkey = fleet.resources.valkey
    queued, before = await valkey.xlen(PINGS), await valkey.hgetall(rider_key(fleet.tenant, rider.id))
    assert await fleet.report(rider, *place) == ["BAD_USER_INPUT"]
    assert await valkey.xlen(PINGS) == queued
    assert await valkey.hgetall(rider_key(fleet.tenant, rider.id)) == before


async def test_nobody_is_near_a_place_off_the_map(fleet: Fleet) -> None:
    admin = fleet.issuer.person(Role.ADMIN)
    reply = await fleet.client.send(NEAR, admin.token, point={"lat": 86, "lon": 31})
    assert reply.codes == ["BAD_USER_INPUT"]


async def test_a_rider_at_the_pole_keeps_no_other_from_being_restored(fleet: Fleet) -> None:
    riders = [await fleet.rider(place=CAIRO) for _ in range(3)]
    await move_row(fleet, riders[0], *POLE)
    for rider in riders[1:]:
        await move_row(fleet, rider, *ZAMALEK)
    await fleet.resources.valkey.flushall()
    assert await restore(fleet.shards, Positions(fleet.resources.valkey)) >= 3
    on_the_map = await fleet.resources.valkey.zrange(geo_key(fleet.tenant), 0, -1)
    assert set(on_the_map) == {str(rider.id) for rider in riders[1:]}
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert str(await fleet.offered_to(order)) in on_the_map


async def test_a_rider_whom_valkey_refuses_keeps_no_other_from_being_restored(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    riders = [await fleet.rider(place=CAIRO) for _ in range(3)]
    positions, put = Positions(fleet.resources.valkey), Positions.put

    async def refuse_the_first(self: Positions, row: RiderRow, order: AssignmentRow | None) -> None:
        if row.id == riders[0].id:
            raise ResponseError("ERR of a kind that nobody foresaw")
        await put(self, row, order)

    await fleet.write_pings()
    await fleet.resources.valkey.flushall()
    monkeypatch.setattr(Positions, "put", refuse_the_first)
    await restore(fleet.shards, positions)
    states = await positions.read(fleet.tenant, [rider.id for rider in riders])
    assert [state is not None for state in states] == [False, True, True]


async def test_an_order_from_the_pole_keeps_no_other_from_its_rider(fleet: Fleet) -> None:
    lost, order = fleet.order(pickup=POLE, address=POLE), fleet.order()
    await fleet.tell(lost, "PENDING", "ACCEPTED")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    rider = await fleet.rider(place=CAIRO)
    await fleet.sweep()
    assert await fleet.offered_to(order) == rider.id
    assert await fleet.offered_to(lost) is None


async def test_a_state_that_makes_no_sense_is_like_one_that_is_lost(fleet: Fleet) -> None:
    odd, good = await fleet.rider(place=CAIRO), await fleet.rider(place=ZAMALEK)
    await fleet.resources.valkey.hset(
        rider_key(fleet.tenant, odd.id), mapping={"status": "FLYING", "lat": "north"}
    )
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED")
    assert await fleet.offered_to(order) == good.id


async def test_pings_that_make_no_sense_or_are_too_old_keep_no_other_from_being_written(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    valkey: Any = fleet.resources.valkey
    told = {"rider": str(rider.id), "tenant": fleet.tenant, "lat": "1.5", "lon": "2.5", "heading": ""}
    await valkey.xadd(PINGS, {**told, "rider": "nobody", "at": "2026-01-01T00:00:00+00:00"})
    await valkey.xadd(PINGS, {**told, "at": "2001-01-01T00:00:00+00:00"})  # its day was dropped long ago
    await valkey.xadd(PINGS, {"half": "of one"})
    for _ in range(12):  # more than the deliveries after which one is given up
        await fleet.write_pings()
    assert await valkey.xlen(PINGS) == 0
    query = text("SELECT lat FROM riders.pings WHERE rider_id = :id")
    shard = fleet.shards.map.shard_of(rider.id)
    assert [row.lat for row in await fleet.shards.fetch(shard, query, "test", id=rider.id)] == [CAIRO[0]]
    assert await valkey.xlen("waybill:events:dead") == 3


async def test_a_token_of_another_tenant_is_no_rider_however_well_he_is_known(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    stranger = fleet.issuer.person(Role.RIDER, id=rider.user.id, tenant="elsewhere")
    order = fleet.order()
    await fleet.tell(order, "PENDING", "ACCEPTED")
    query = "mutation($id: ID!) { pickUp(orderId: $id) { errors { code } } }"
    reply = await fleet.client.send(query, stranger.token, id=str(order.id))
    assert reply.data["pickUp"]["errors"] == [{"code": "FORBIDDEN"}]
