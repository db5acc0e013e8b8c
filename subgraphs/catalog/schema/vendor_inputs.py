"""What `createVendor` and `updateVendor` take."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from subgraphs.common.changes import NEVER_EMPTY, changes_of
from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.point_input import PointInput

from ..checked_hours import AskedHoliday, AskedSpan
from ..checked_vendor import AskedArea


@strawberry.enum(description="A day of the week.")
class Weekday(Enum):
    """As `OpeningHours.day` has them."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


@strawberry.input(description="Opening hours that begin on a day of the week, by the vendor's own clock.")
class OpeningHoursInput:
    """HH:MM; `closes` that is not after `opens` is a time of the next day, and 24:00 the day's end."""

    day: Weekday
    opens: str
    closes: str

    @property
    def span(self) -> AskedSpan:
        """As the domain takes it."""
        return AskedSpan(self.opens, self.closes, self.day.value)


@strawberry.input(description="Opening hours that begin on a date, by the vendor's own clock.")
class OpeningSpanInput:
    """HH:MM, as in `OpeningHoursInput`."""

    opens: str
    closes: str


@strawberry.input(description="A date with other hours than its weekday's; none: closed.")
class HolidayInput:
    """They replace all that begins on that date."""

    date: date
    hours: list[OpeningSpanInput]

    @property
    def holiday(self) -> AskedHoliday:
        """As the domain takes it."""
        return AskedHoliday(self.date, tuple(AskedSpan(each.opens, each.closes) for each in self.hours))


@strawberry.input(description="Where a vendor delivers to: give either a radius, or rings of points.")
class DeliveryAreaInput:
    """Rings count by the even-odd rule: one within another is a hole."""

    radius_km: float | None = None
    rings: list[list[PointInput]] | None = None

    @property
    def area(self) -> AskedArea:
        """As the domain takes it."""
        if self.rings is None:
            return AskedArea(self.radius_km)
        rings = tuple(tuple((point.lat, point.lon) for point in ring) for ring in self.rings)
        return AskedArea(self.radius_km, rings)


@strawberry.input(description="What delivery costs up to a distance, in minor units.")
class DistanceFeeInput:
    """As the crow flies."""

    up_to_km: float
    fee: int


@strawberry.input
class VendorFields:
    """What can be set of a vendor at any time."""

    description: strawberry.Maybe[str | None]
    cuisines: strawberry.Maybe[list[str] | None]
    region: strawberry.Maybe[str | None]
    city: strawberry.Maybe[str | None]
    street: strawberry.Maybe[str | None]
    opening_hours: strawberry.Maybe[list[OpeningHoursInput] | None] = strawberry.field(
        description="The whole week; several spans a day, none on days that are left out."
    )
    holidays: strawberry.Maybe[list[HolidayInput] | None]
    delivery_area: strawberry.Maybe[DeliveryAreaInput | None]
    delivery_fee: strawberry.Maybe[int | None] = strawberry.field(
        description="In minor units of the vendor's currency; beyond the distances of `feesByDistance`."
    )
    fees_by_distance: strawberry.Maybe[list[DistanceFeeInput] | None]
    minimum_order: strawberry.Maybe[int | None] = strawberry.field(description="In minor units.")
    prep_time: strawberry.Maybe[int | None] = strawberry.field(
        description="Minutes until an order is usually ready."
    )
    delivery_rule: strawberry.Maybe[DeliveryRule | None]
    riders_offers: strawberry.Maybe[int | None] = strawberry.field(
        description="Riders that an order is offered to before a provider has it."
    )


@strawberry.input(description="A new vendor of the marketplace. Without opening hours it is closed.")
class CreateVendorInput(VendorFields):
    """Currency and region are the marketplace's, unless given."""

    name: str
    location: PointInput
    timezone: str = strawberry.field(description="IANA name of its time zone.")
    currency: str | None = strawberry.field(default=None, description="ISO 4217; it stays.")
    idempotency_key: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """As the domain takes them."""
        given = {"name": self.name, "location": self.location, "timezone": self.timezone}
        return _values(given | changes_of(self, _EMPTIED))


@strawberry.input(description="What to change of a vendor; absent means unchanged, null clears.")
class UpdateVendorInput(VendorFields):
    """Its currency stays, as its products' prices are in it."""

    id: strawberry.ID
    name: strawberry.Maybe[str | None]
    location: strawberry.Maybe[PointInput | None]
    timezone: strawberry.Maybe[str | None]

    @property
    def values(self) -> dict[str, Any]:
        """As the domain takes them."""
        return _values(changes_of(self, dict.fromkeys(_KEPT, NEVER_EMPTY) | _EMPTIED))


_KEPT = ("name", "location", "timezone")
# What each field becomes by null.
_EMPTIED: dict[str, object] = {
    **dict.fromkeys(("region", "delivery_area", "prep_time", "delivery_rule", "riders_offers"), NEVER_EMPTY),
    **dict.fromkeys(("description", "city", "street"), ""),
    **dict.fromkeys(("cuisines", "opening_hours", "holidays", "fees_by_distance"), ()),
    "delivery_fee": 0,
    "minimum_order": None,
}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """Inputs within the input as the domain takes them."""
    asked: dict[str, Any] = {
        "location": lambda point: (point.lat, point.lon),
        "opening_hours": lambda hours: [each.span for each in hours],
        "holidays": lambda holidays: [each.holiday for each in holidays],
        "delivery_area": lambda area: area.area,
        "fees_by_distance": lambda fees: [(each.up_to_km, each.fee) for each in fees],
    }
    return {name: asked[name](value) if name in asked else value for name, value in given.items()}
