"""Subscriptions that begin with a list, over real WebSockets."""

from __future__ import annotations

from typing import Any

import pytest
from gql.transport.exceptions import TransportQueryError

from subgraphs.common.auth import Role
from subgraphs.riders.app import create_app
from subgraphs.riders.keys import own_channel
from tests.subgraphs.common.following import following
from tests.subgraphs.common.http_server import served
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet

OFFERS = "subscription { assignmentOffers { status order { id } expiresAt pickup { lat } } }"
NEAR = """subscription { nearbyRiders(point: { lat: 30.0444, lon: 31.2357 }, km: 3) {
    riders { rider { id status } location { lat lon } distanceKm } gone } }"""


@pytest.fixture
async def url(fleet: Fleet) -> Any:
    settings = fleet.settings.model_copy(update={"nearby_seconds": 0.05})
    async with served(create_app(settings)) as address:
        yield f"{address.replace('http', 'ws')}/graphql"


async def test_a_riders_offers_come_as_they_are_made_and_go_as_they_end(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    present, later = fleet.order(rule="OWN_RIDERS"), fleet.order(rule="OWN_RIDERS")
    await fleet.tell(present, "PENDING", "ACCEPTED")
    async with following(url, OFFERS, "", rider.token) as offers:
        first = await anext(offers)
        assert (first["status"], first["order"]["id"]) == ("OFFERED", str(present.id))
        assert first["expiresAt"]
        assert first["pickup"] == {"lat": CAIRO[0]}
        await fleet.step(rider, "declineAssignment", present)
        await fleet.work()
        ended = await anext(offers)
        assert (ended["status"], ended["order"]["id"]) == ("DECLINED", str(present.id))
        await fleet.tell(later, "PENDING", "ACCEPTED")
        new = await anext(offers)
        assert (new["status"], new["order"]["id"]) == ("OFFERED", str(later.id))
        fleet.clock.turn(31)
        await fleet.expire()
        assert (await anext(offers))["status"] == "EXPIRED"


async def test_news_of_offers_that_come_twice_are_seen_once(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order(rule="OWN_RIDERS")
    await fleet.tell(order, "PENDING", "ACCEPTED")
    async with following(url, OFFERS, "", rider.token) as offers:
        await anext(offers)
        channel = own_channel(fleet.tenant, rider.id)
        await fleet.resources.valkey.publish(channel, '{"assignments": true}')
        await fleet.step(rider, "acceptAssignment", order)
        await fleet.work()
        assert (await anext(offers))["status"] == "ACCEPTED"


async def test_only_riders_have_offers(fleet: Fleet, url: str) -> None:
    await fleet.rider(place=CAIRO)
    await fleet.tell(fleet.order(rule="OWN_RIDERS"), "PENDING", "ACCEPTED")
    person = fleet.issuer.person
    for token, code in (
        (None, "UNAUTHENTICATED"),
        (person().token, "FORBIDDEN"),
        (person(Role.ADMIN).token, "FORBIDDEN"),
    ):
        with pytest.raises(TransportQueryError, match=code):
            async with following(url, OFFERS, "", token) as offers:
                await anext(offers)


async def test_riders_near_a_place_are_there_move_and_leave(fleet: Fleet, url: str) -> None:
    rider, far = await fleet.rider(place=CAIRO), await fleet.rider(place=GIZA)
    staff = fleet.issuer.person(Role.VENDOR_STAFF)
    async with following(url, NEAR, "", staff.token) as looks:
        first = await anext(looks)
        assert [each["rider"]["id"] for each in first["riders"]] == [str(rider.id)]
        await fleet.report(rider, *ZAMALEK)
        moved = await anext(looks)
        assert moved["riders"][0]["location"] == {"lat": ZAMALEK[0], "lon": ZAMALEK[1]}
        assert moved["gone"] == []
        await fleet.report(far, *CAIRO)
        assert [each["rider"]["id"] for each in (await anext(looks))["riders"]] == [str(far.id)]
        await fleet.go(rider, "OFFLINE")
        assert (await anext(looks)) == {"riders": [], "gone": [str(rider.id)]}


async def test_where_all_riders_are_is_not_for_everybody(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    person = fleet.issuer.person
    for token, code in ((None, "UNAUTHENTICATED"), (person().token, "FORBIDDEN"), (rider.token, "FORBIDDEN")):
        with pytest.raises(TransportQueryError, match=code):
            async with following(url, NEAR, "", token) as looks:
                await anext(looks)
    foreign = person(Role.ADMIN, tenant="elsewhere")
    async with following(url, NEAR, "", foreign.token) as looks:
        assert await anext(looks) == {"riders": [], "gone": []}
