"""What a vendor delivers by: its area, exactly; fees by distance; and how all of it is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search import Point
from subgraphs.catalog.delivery_area import delivers_to
from subgraphs.catalog.delivery_terms import delivery_terms, fee_for
from subgraphs.catalog.models import VendorRow
from tests.subgraphs.catalog.market import CAIRO, Market

SQUARE = [[30.0, 31.0], [30.0, 31.2], [30.2, 31.2], [30.2, 31.0]]
HOLE = [[30.09, 31.09], [30.09, 31.11], [30.11, 31.11], [30.11, 31.09]]
ISLAND = [[30.3, 31.0], [30.3, 31.1], [30.4, 31.05]]


def vendor(**columns: Any) -> VendorRow:
    usual = {"lat": CAIRO[0], "lon": CAIRO[1], "delivery_km": 5.0, "delivery_rings": [], "prep_minutes": 20}
    return VendorRow(**{**usual, "delivery_fee": 2000, "delivery_fees": [], **columns})


@pytest.mark.parametrize(
    ("place", "delivered"),
    [
        ((30.05, 31.05), True),
        ((30.1, 31.1), False),  # in the hole
        ((30.32, 31.05), True),  # on the island
        ((30.25, 31.05), False),
        ((30.1, 31.3), False),
        ((30.1, 30.9), False),
        ((30.2, 30.5), False),  # on the latitude of an edge
        ((-30.05, 31.05), False),
    ],
)
def test_rings_are_exact_with_holes_and_parts_beside(place: tuple[float, float], delivered: bool) -> None:
    assert delivers_to(vendor(delivery_rings=[SQUARE, HOLE, ISLAND]), Point(*place)) is delivered


def test_a_closed_ring_and_one_that_runs_the_other_way_round_are_the_same() -> None:
    for ring in (SQUARE, [*SQUARE, SQUARE[0]], SQUARE[::-1]):
        assert delivers_to(vendor(delivery_rings=[ring]), Point(30.1, 31.1))
        assert not delivers_to(vendor(delivery_rings=[ring]), Point(30.1, 31.21))


@pytest.mark.parametrize("first", range(4))
def test_a_ring_may_cross_the_date_line(first: int) -> None:
    ring = [[-17.1, 179.9], [-17.1, -179.9], [-16.9, -179.9], [-16.9, 179.9]]
    place = vendor(delivery_rings=[ring[first:] + ring[:first]])
    assert delivers_to(place, Point(-17.0, 179.95))
    assert delivers_to(place, Point(-17.0, -179.95))
    assert not delivers_to(place, Point(-17.0, 179.8))
    assert not delivers_to(place, Point(-17.0, 0.0))


def test_without_rings_the_radius_counts() -> None:
    assert delivers_to(vendor(), Point(CAIRO[0] + 0.0449, CAIRO[1]))  # 4.99 km
    assert not delivers_to(vendor(), Point(CAIRO[0] + 0.0451, CAIRO[1]))


def test_the_fee_is_that_of_the_first_distance_that_reaches_so_far() -> None:
    place = vendor(delivery_fees=[[1.0, 0], [3.0, 1000]])
    assert [fee_for(place, km) for km in (0.0, 1.0, 1.01, 3.0, 3.01)] == [0, 0, 1000, 1000, 2000]


def test_minutes_are_those_of_the_kitchen_and_of_the_way() -> None:
    terms = delivery_terms(vendor(), Point(CAIRO[0] + 0.0449, CAIRO[1]), 15.0)
    assert terms is not None
    assert terms.minutes == 20 + 20


TERMS = """query($id: ID!, $point: PointInput!) { vendor(id: $id) { state pausedUntil isOpen opensAt
    deliveryArea { radiusKm rings { lat lon } } deliveryFee { amount }
    feesByDistance { upToKm fee { amount } }
    minimumOrder { amount currency } deliveryRule ridersOffers holidays { date hours { opens closes } }
    deliveryTo(point: $point) { delivers fee { amount currency } minutes } } }"""


async def shown(market: Market, point: tuple[float, float] = CAIRO, **columns: Any) -> dict[str, Any]:
    id = await market.vendor(**columns)
    reply = await market.client.send(TERMS, id=str(id), point={"lat": point[0], "lon": point[1]})
    assert reply.errors == []
    terms: dict[str, Any] = reply.data["vendor"]
    return terms


async def test_everybody_sees_what_a_new_vendor_sells_by(market: Market) -> None:
    assert await shown(market) == {
        "state": "ACTIVE",
        "pausedUntil": None,
        "isOpen": True,
        "opensAt": None,
        "deliveryArea": {"radiusKm": 10.0, "rings": None},
        "deliveryFee": {"amount": 1500},
        "feesByDistance": [],
        "minimumOrder": None,
        "deliveryRule": "RIDERS_THEN_PROVIDER",
        "ridersOffers": 3,
        "holidays": [],
        "deliveryTo": {"delivers": True, "fee": {"amount": 1500, "currency": "EGP"}, "minutes": 20},
    }


async def test_everybody_sees_other_terms_too(market: Market) -> None:
    terms = await shown(
        market,
        (30.1, 31.1),
        delivery_rings=[SQUARE],
        delivery_fees=[[30.0, 900]],
        minimum_order=5000,
        delivery_rule="OWN_RIDERS",
        riders_offers=5,
        holidays=[{"date": "2026-12-25", "spans": [[600, 1560]]}],
    )
    assert terms["deliveryArea"]["radiusKm"] is None
    assert terms["deliveryArea"]["rings"][0][1] == {"lat": 30.0, "lon": 31.2}
    assert terms["feesByDistance"] == [{"upToKm": 30.0, "fee": {"amount": 900}}]
    assert terms["minimumOrder"] == {"amount": 5000, "currency": "EGP"}
    assert (terms["deliveryRule"], terms["ridersOffers"]) == ("OWN_RIDERS", 5)
    assert terms["holidays"] == [{"date": "2026-12-25", "hours": [{"opens": "10:00", "closes": "02:00"}]}]
    assert terms["deliveryTo"]["fee"] == {"amount": 900, "currency": "EGP"}


async def test_where_it_does_not_deliver_there_is_neither_fee_nor_time(market: Market) -> None:
    terms = await shown(market, (31.0, 31.1))
    assert terms["deliveryTo"] == {"delivers": False, "fee": None, "minutes": None}


async def test_a_pause_that_is_over_is_none(market: Market) -> None:
    now = datetime.now(UTC)
    over = await shown(market, state="PAUSED", paused_until=now - timedelta(hours=1))
    assert (over["state"], over["pausedUntil"], over["isOpen"]) == ("ACTIVE", None, True)
    on = await shown(market, state="PAUSED", paused_until=now + timedelta(hours=1))
    assert (on["state"], on["isOpen"], on["opensAt"]) == ("PAUSED", False, on["pausedUntil"])


@pytest.mark.parametrize("lat", ["86.0", "1e999"])
async def test_a_place_that_is_none_is_bad_input(market: Market, lat: str) -> None:
    id = await market.vendor()
    query = f'{{ vendor(id: "{id}") {{ deliveryTo(point: {{lat: {lat}, lon: 0}}) {{ delivers }} }} }}'
    assert (await market.client.send(query)).codes == ["BAD_USER_INPUT"]
