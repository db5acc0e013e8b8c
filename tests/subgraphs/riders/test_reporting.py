from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from stack.embedded.ports import free_ports
from subgraphs.common.auth import Role
from subgraphs.riders.app import create_app
from subgraphs.riders.keys import PINGS
from subgraphs.riders.pings import GROUP, PingWriter
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.riders.fleet import CAIRO, GIZA, REPORT, Fleet, TestRider


async def place_of(fleet: Fleet, rider: TestRider) -> Any:
    query = "query($id: ID!) { rider(id: $id) { location { lat lon heading at } } }"
    return (await fleet.client.send(query, rider.token, id=str(rider.id))).data["rider"]["location"]


async def pings(fleet: Fleet, rider: TestRider) -> list[tuple[float, float]]:
    shards = fleet.shards
    query = text("SELECT lat, lon FROM riders.pings WHERE rider_id = :id ORDER BY at")
    rows = await shards.fetch(shards.map.shard_of(rider.id), query, "test", id=rider.id)
    return [(row.lat, row.lon) for row in rows]


async def test_a_report_is_seen_at_once_with_every_digit(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    assert await fleet.report(rider, 30.123456789, 31.987654321, heading=270.5) == []
    place = await place_of(fleet, rider)
    assert (place["lat"], place["lon"], place["heading"]) == (30.123456789, 31.987654321, 270.5)


async def test_a_known_riders_report_costs_no_statement(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    reply = await fleet.client.send(REPORT, rider.token, input={"lat": 1.0, "lon": 2.0})
    assert reply.statements == {}


async def test_a_report_that_arrives_late_does_not_move_the_rider_back(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    before = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    assert await fleet.report(rider, *GIZA, at=before) == []
    assert (await place_of(fleet, rider))["lat"] == CAIRO[0]


@pytest.mark.parametrize(
    ("input", "code"),
    [
        ({"lat": 91, "lon": 0}, "BAD_USER_INPUT"),
        ({"lat": 0, "lon": -181}, "BAD_USER_INPUT"),
        ({"lat": 0, "lon": 0, "heading": 361}, "BAD_USER_INPUT"),
        ({"lat": 0, "lon": 0, "at": "2100-01-01T00:00:00Z"}, "BAD_USER_INPUT"),
        ({"lat": 0, "lon": 0, "at": "2020-01-01T00:00:00"}, "BAD_USER_INPUT"),
    ],
)
async def test_impossible_reports_are_refused(fleet: Fleet, input: dict[str, Any], code: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    assert await fleet.report(rider, **input) == [code]
    assert (await place_of(fleet, rider))["lat"] == CAIRO[0]


async def test_who_is_offline_reports_nothing(fleet: Fleet) -> None:
    rider = await fleet.rider()
    assert await fleet.report(rider, *CAIRO) == ["ILLEGAL_STATUS"]


async def test_only_riders_report(fleet: Fleet) -> None:
    customer = fleet.issuer.person()
    for token, code in ((customer.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        reply = await fleet.client.send(REPORT, token, input={"lat": 1.0, "lon": 1.0})
        assert reply.data["reportLocation"]["errors"] == [{"code": code, "field": None}]


async def test_reports_are_capped_by_the_second(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    capped = fleet.settings.model_copy(update={"reports_per_second": 2})
    async with serve(create_app(capped)) as client:
        answers = [
            (await client.send(REPORT, rider.token, input={"lat": 1.0, "lon": 1.0})).data for _ in range(30)
        ]
    refused = [answer for answer in answers if answer["reportLocation"]["errors"]]
    codes = {answer["reportLocation"]["errors"][0]["code"] for answer in refused}
    assert codes == {"RATE_LIMITED"}
    assert len(refused) < 30


async def test_pings_are_written_in_one_statement_a_shard_and_the_last_is_the_riders_place(
    fleet: Fleet,
) -> None:
    rider = await fleet.rider(place=CAIRO)
    way = [(round(CAIRO[0] + n / 1000, 4), CAIRO[1]) for n in range(20)]
    for place in way:
        await fleet.report(rider, *place)
    assert await fleet.write_pings() == 21
    assert await pings(fleet, rider) == [CAIRO, *way]
    assert await fleet.write_pings() == 0
    shards = fleet.shards
    query = text("SELECT lat FROM riders.riders WHERE id = :id")
    (row,) = await shards.fetch(shards.map.shard_of(rider.id), query, "test", id=rider.id)
    assert row.lat == way[-1][0]


async def test_pings_that_a_killed_writer_left_are_written_by_the_next(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    valkey = fleet.resources.valkey
    await PingWriter(valkey, fleet.shards, fleet.settings).prepare()
    # A writer takes the ping and is never heard of again.
    await valkey.xreadgroup(GROUP, "killed", {PINGS: ">"})
    assert await pings(fleet, rider) == []
    assert await fleet.write_pings() == 1
    assert await pings(fleet, rider) == [CAIRO]


async def test_status_changes_are_told_and_take_the_rider_on_and_off_the_map(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    valkey = fleet.resources.valkey
    key = f"waybill:riders:geo:{fleet.tenant}"
    assert await valkey.zcard(key) == 1
    for _ in range(2):
        assert (await fleet.go(rider, "OFFLINE"))["rider"]["status"] == "OFFLINE"
    assert await valkey.zcard(key) == 0
    await fleet.work()
    entries: Any = await valkey.xrange("waybill:events:riders")
    ours = [fields["payload"] for _, fields in entries if fields["tenant"] == fleet.tenant]
    assert ["OFFLINE" in payload for payload in ours] == [False, True]


async def test_busy_cannot_be_chosen_and_not_left_with_an_order(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    assert (await fleet.go(rider, "BUSY"))["errors"] == [{"code": "BAD_USER_INPUT", "field": "status"}]
    await fleet.carried(fleet.order(), rider)
    assert (await fleet.go(rider, "ONLINE"))["rider"]["status"] == "BUSY"
    assert (await fleet.go(rider, "OFFLINE"))["errors"] == [{"code": "ILLEGAL_STATUS", "field": "status"}]


async def test_while_valkey_is_away_a_report_is_unavailable(fleet: Fleet) -> None:
    rider = await fleet.rider(place=CAIRO)
    (port,) = free_ports(1)
    away = fleet.settings.model_copy(update={"valkey_url": f"redis://127.0.0.1:{port}/0"})
    async with serve(create_app(away)) as client:
        reply = await client.send(REPORT, rider.token, input={"lat": 30, "lon": 31})
        assert reply.codes == ["UNAVAILABLE"]
        near = "{ nearbyRiders(point: {lat: 30, lon: 31}) { distanceKm } }"
        admin = fleet.issuer.person(Role.ADMIN)
        assert (await client.send(near, admin.token)).codes == ["UNAVAILABLE"]
