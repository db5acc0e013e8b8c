"""What is to be set of a vendor → columns of its row; BAD_USER_INPUT for what cannot be kept.

In: values by the names of the input's fields, only those that were sent. What depends on other columns (an
area lies around the vendor's place) is checked with the row, by `check_reach`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from search import Point
from search.distances import kilometres
from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.errors import bad
from subgraphs.common.point import checked_km, checked_point

from .checked import DEAREST, checked_number, checked_text, checked_words
from .checked_hours import AskedHoliday, AskedSpan, checked_holidays, checked_week
from .delivery_area import Ring
from .settings import CatalogSettings

_LONGEST = {"name": 200, "description": 4000, "region": 100, "city": 100, "street": 300}
_NEEDED = ("name", "region")
_MOST_CUISINES, _LONGEST_CUISINE = 20, 50
_LONGEST_PREPARATION = 24 * 60
_MOST_OFFERS = 100

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskedArea:
    """One of the two: a radius in km, or rings of (lat, lon)."""

    radius_km: float | None = None
    rings: tuple[tuple[tuple[float, float], ...], ...] | None = None


def checked_vendor(values: Mapping[str, Any], settings: CatalogSettings) -> Columns:
    """The columns to write."""
    columns: Columns = {}
    for field, value in values.items():
        columns |= _CHECKS[field](value, field, settings)
    return columns


def check_reach(lat: float, lon: float, rings: Sequence[Ring], most: float) -> None:
    """Refuse an area that reaches farther from the vendor than any may."""
    here = Point(lat, lon)
    if any(kilometres(here, Point(*place)) > most for ring in rings for place in ring):
        raise bad(f"The area reaches farther than {most:g} km from the vendor.", "deliveryArea")


def _text(value: str, field: str, _: CatalogSettings) -> Columns:
    return {field: checked_text(value, field, _LONGEST[field], needed=field in _NEEDED)}


def _cuisines(value: list[str], _: str, __: CatalogSettings) -> Columns:
    lower = [cuisine.lower() for cuisine in value]
    return {"cuisines": checked_words(lower, "cuisines", _MOST_CUISINES, _LONGEST_CUISINE)}


def _location(value: tuple[float, float], _: str, __: CatalogSettings) -> Columns:
    place = checked_point(*value, "location")
    return {"lat": place.lat, "lon": place.lon}


def _timezone(value: str, _: str, __: CatalogSettings) -> Columns:
    if value not in available_timezones():
        raise bad('A time zone is an IANA name, such as "Africa/Cairo".', "timezone")
    return {"timezone": value}


def _hours(value: list[AskedSpan], _: str, settings: CatalogSettings) -> Columns:
    return {"hours": checked_week(value, settings.opening_spans)}


def _holidays(value: list[AskedHoliday], _: str, settings: CatalogSettings) -> Columns:
    today, limits = datetime.now(UTC).date(), (settings.holidays_max, settings.opening_spans)
    return {"holidays": checked_holidays(value, today, *limits)}


def _area(value: AskedArea, _: str, settings: CatalogSettings) -> Columns:
    if (value.radius_km is None) == (value.rings is None):
        raise bad("An area is either a radius or rings.", "deliveryArea")
    if value.rings is None:
        assert value.radius_km is not None
        km = checked_km(value.radius_km, settings.delivery_max_km, "deliveryArea.radiusKm")
        return {"delivery_km": km, "delivery_rings": []}
    rings = [_ring(ring) for ring in value.rings]
    if not rings or sum(map(len, rings)) > settings.delivery_area_points:
        message = f"An area has one ring or more, of at most {settings.delivery_area_points} points in all."
        raise bad(message, "deliveryArea.rings")
    return {"delivery_rings": rings}


def _ring(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    points = [checked_point(*place, "deliveryArea.rings") for place in ring]
    # A ring is closed anyway: a last point that repeats the first says so once more.
    found = [[point.lat, point.lon] for point in points]
    found = found[:-1] if len(found) > 1 and found[0] == found[-1] else found
    if len(found) < 3:
        raise bad("A ring has three points or more.", "deliveryArea.rings")
    return found


def _fee(value: int, _: str, __: CatalogSettings) -> Columns:
    return {"delivery_fee": checked_number(value, "deliveryFee", 0, DEAREST)}


def _fees(value: list[tuple[float, int]], _: str, settings: CatalogSettings) -> Columns:
    field = "feesByDistance"
    if len(value) > settings.delivery_fee_steps:
        raise bad(f"At most {settings.delivery_fee_steps} of them.", field)
    steps = [
        [checked_km(km, settings.delivery_max_km, field), checked_number(fee, field, 0, DEAREST)]
        for km, fee in value
    ]
    if len({km for km, _ in steps}) < len(steps):
        raise bad("Each distance may be there once.", field)
    return {"delivery_fees": sorted(steps)}


def _minimum(value: int | None, _: str, __: CatalogSettings) -> Columns:
    return {"minimum_order": value and checked_number(value, "minimumOrder", 0, DEAREST)}


def _preparation(value: int, _: str, __: CatalogSettings) -> Columns:
    return {"prep_minutes": checked_number(value, "prepTime", 0, _LONGEST_PREPARATION)}


def _rule(value: DeliveryRule, _: str, __: CatalogSettings) -> Columns:
    return {"delivery_rule": value.value}


def _offers(value: int, _: str, __: CatalogSettings) -> Columns:
    return {"riders_offers": checked_number(value, "ridersOffers", 1, _MOST_OFFERS)}


_CHECKS: dict[str, Callable[[Any, str, CatalogSettings], Columns]] = {
    **dict.fromkeys(_LONGEST, _text),
    "cuisines": _cuisines,
    "location": _location,
    "timezone": _timezone,
    "opening_hours": _hours,
    "holidays": _holidays,
    "delivery_area": _area,
    "delivery_fee": _fee,
    "fees_by_distance": _fees,
    "minimum_order": _minimum,
    "prep_time": _preparation,
    "delivery_rule": _rule,
    "riders_offers": _offers,
}
