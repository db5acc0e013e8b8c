"""When an order arrives: what is left to cook, and the way that is left at a rider's speed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from .statuses import OrderStatus

# Kilometres an hour through a city.
_SPEEDS = {"BICYCLE": 14.0, "MOTORCYCLE": 26.0, "CAR": 24.0}
_USUAL_SPEED = 20.0
# Streets are longer than the straight line by about this (Manhattan's 4/π is 1.27).
_DETOUR = 1.3
# Parking, stairs and the doorbell.
_HANDOVER = timedelta(minutes=2)
_EARTH_KM = 6371.0088
# What a kitchen still has to do, by its usual time.
_COOKING = {
    OrderStatus.PENDING: 1.1,
    OrderStatus.ACCEPTED: 1.0,
    OrderStatus.PREPARING: 0.6,
    OrderStatus.READY: 0.0,
}
# Minutes of a vendor who says nothing.
_USUAL_PREPARATION = 20

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Trip:
    """An order's way: `pickup` and `rider` are null where they are not known (yet).

    `prep_minutes` is what the vendor says that an order takes to make.
    """

    status: OrderStatus
    destination: Place
    pickup: Place | None = None
    rider: Place | None = None
    vehicle: str = ""
    prep_minutes: int | None = None


def estimate(trip: Trip, now: datetime) -> datetime | None:
    """When it arrives; None when nothing is on the way."""
    if trip.status is OrderStatus.PICKED_UP:
        start = trip.rider or trip.pickup
        return _arrival(now, start, trip) if start else None
    if trip.status not in _COOKING:
        return None
    usual = _USUAL_PREPARATION if trip.prep_minutes is None else trip.prep_minutes
    ready = timedelta(minutes=_COOKING[trip.status] * usual)
    if trip.rider and trip.pickup:
        ready = max(ready, _duration(trip.rider, trip.pickup, trip.vehicle))
    return _arrival(now + ready, trip.pickup or trip.destination, trip)


def _arrival(leaves: datetime, start: Place, trip: Trip) -> datetime:
    arrives = leaves + _duration(start, trip.destination, trip.vehicle) + _HANDOVER
    return arrives.replace(microsecond=0)


def _duration(a: Place, b: Place, vehicle: str) -> timedelta:
    return timedelta(hours=kilometres(a, b) * _DETOUR / _SPEEDS.get(vehicle, _USUAL_SPEED))


def kilometres(a: Place, b: Place) -> float:
    """The great-circle distance (haversine)."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))
