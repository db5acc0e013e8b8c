"""What a vendor sells by: state, hours, delivery area, fees, who delivers; open to everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime

import strawberry

from search import Point
from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.money import Money
from subgraphs.common.point import checked_point
from subgraphs.common.point_input import PointInput

from ..delivery_terms import delivery_terms
from ..models import VendorRow
from ..opening_hours import by_day, clock, is_open, opens_at
from ..resources import Info
from ..vendor_state import VendorState, state_of


@strawberry.federation.type(shareable=True, description="A point on earth, in degrees.")
class GeoPoint:
    """WGS 84."""

    lat: float
    lon: float


@strawberry.type(description="When a vendor is open on a day, by its own clock.")
class OpeningHours:
    """`closes` that is not after `opens` is a time of the next day."""

    day: str = strawberry.field(description="MONDAY to SUNDAY.")
    opens: str = strawberry.field(description="HH:MM.")
    closes: str = strawberry.field(description="HH:MM.")


@strawberry.type(description="From when to when, by the vendor's own clock.")
class OpeningSpan:
    """`closes` that is not after `opens` is a time of the next day."""

    opens: str = strawberry.field(description="HH:MM.")
    closes: str = strawberry.field(description="HH:MM.")


@strawberry.type(description="A date with hours of its own.")
class Holiday:
    """They replace the weekday's."""

    date: date
    hours: list[OpeningSpan] = strawberry.field(description="Empty: closed.")


@strawberry.type(description="Where a vendor delivers to: within rings of points, or a radius.")
class DeliveryArea:
    """One of the two is null."""

    radius_km: float | None
    rings: list[list[GeoPoint]] | None = strawberry.field(
        description="By the even-odd rule: a ring within another is a hole."
    )


@strawberry.type(description="What delivery costs up to a distance.")
class DistanceFee:
    """As the crow flies."""

    up_to_km: float
    fee: Money


@strawberry.type(description="Whether and how a vendor delivers to a place.")
class DeliveryTerms:
    """Fee and minutes are null where it does not deliver."""

    delivers: bool
    fee: Money | None
    minutes: int | None = strawberry.field(description="From the order to the door, usually.")


@strawberry.type
class SellingTerms:
    """The part of `Vendor` that orders are placed by."""

    row: strawberry.Private[VendorRow]

    @strawberry.field(description="Whether it takes orders at all, its opening hours aside.")
    def state(self) -> VendorState:
        """A pause ends by itself."""
        return state_of(self.row, datetime.now(UTC))

    @strawberry.field(description="When its pause ends; null if it has none, or none that ends by itself.")
    def paused_until(self) -> datetime | None:
        """Null once it has ended."""
        return self.row.paused_until if self.state() is VendorState.PAUSED else None

    @strawberry.field(description="Whether it takes orders now: it is ACTIVE, and open by its hours.")
    def is_open(self) -> bool:
        """By its own clock."""
        return is_open(self.row, datetime.now(UTC))

    @strawberry.field(description="When it opens next; null while it is open, or if nobody knows.")
    def opens_at(self) -> datetime | None:
        """After its pause, if it has one."""
        return opens_at(self.row, datetime.now(UTC))

    @strawberry.field(description="The week's opening hours, from Monday.")
    def opening_hours(self) -> list[OpeningHours]:
        """By its own clock."""
        return [OpeningHours(day=s.day, opens=s.opens, closes=s.closes) for s in by_day(self.row.hours)]

    @strawberry.field(description="Dates with other hours than their weekday's.")
    def holidays(self) -> list[Holiday]:
        """In order; those that are over are forgotten with the next change."""
        return [_holiday(each["date"], each["spans"]) for each in self.row.holidays]

    @strawberry.field(description="Where it delivers to.")
    def delivery_area(self) -> DeliveryArea:
        """Rings count, if there are any."""
        rings = self.row.delivery_rings
        if not rings:
            return DeliveryArea(radius_km=self.row.delivery_km, rings=None)
        points = [[GeoPoint(lat=lat, lon=lon) for lat, lon in ring] for ring in rings]
        return DeliveryArea(radius_km=None, rings=points)

    @strawberry.field(description="What delivery costs, beyond the distances of `feesByDistance`.")
    def delivery_fee(self) -> Money:
        """In the vendor's currency."""
        return self._money(self.row.delivery_fee)

    @strawberry.field(description="What delivery costs by distance, the nearest first.")
    def fees_by_distance(self) -> list[DistanceFee]:
        """The first that reaches so far counts."""
        return [DistanceFee(up_to_km=km, fee=self._money(fee)) for km, fee in self.row.delivery_fees]

    @strawberry.field(description="Whether it delivers to a place, at which fee, in how many minutes.")
    def delivery_to(self, info: Info, point: PointInput) -> DeliveryTerms:
        """Exact: what placing an order goes by."""
        place = checked_point(point.lat, point.lon, "point")
        kmh = info.context.resources.settings.delivery_kmh
        terms = delivery_terms(self.row, Point(place.lat, place.lon), kmh)
        if terms is None:
            return DeliveryTerms(delivers=False, fee=None, minutes=None)
        return DeliveryTerms(delivers=True, fee=self._money(terms.fee), minutes=terms.minutes)

    @strawberry.field(description="The least that the items of an order must cost; null: anything.")
    def minimum_order(self) -> Money | None:
        """In the vendor's currency."""
        return None if self.row.minimum_order is None else self._money(self.row.minimum_order)

    @strawberry.field(description="Minutes until an order is usually ready.")
    def prep_time(self) -> int:
        """By the vendor's own word."""
        return self.row.prep_minutes

    @strawberry.field(description="Who delivers its orders.")
    def delivery_rule(self) -> DeliveryRule:
        """Copied to an order when it is placed."""
        return DeliveryRule(self.row.delivery_rule)

    @strawberry.field(description="Riders that an order is offered to before a provider has it.")
    def riders_offers(self) -> int:
        """By the rule RIDERS_THEN_PROVIDER."""
        return self.row.riders_offers

    def _money(self, amount: int) -> Money:
        return Money(amount=amount, currency=self.row.currency)


def _holiday(day: str, spans: list[list[int]]) -> Holiday:
    hours = [OpeningSpan(opens=clock(start), closes=clock(end)) for start, end in spans]
    return Holiday(date=date.fromisoformat(day), hours=hours)
