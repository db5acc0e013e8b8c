"""Where a vendor delivers to: a radius, or rings of points; exact, by ray casting.

In: the vendor's row and a point. Rings count by the even-odd rule, so one within another is a hole, and one
beside another a second part. Longitudes are compared on the ring's own side of the date line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from search import Point
from search.distances import kilometres

from .models import VendorRow

Ring = Sequence[Sequence[float]]


def distance_to(vendor: VendorRow, place: Point) -> float:
    """Kilometres from the vendor, as the crow flies."""
    return kilometres(Point(vendor.lat, vendor.lon), place)


def delivers_to(vendor: VendorRow, place: Point) -> bool:
    """Whether a place is in the vendor's delivery area."""
    if vendor.delivery_rings:
        return is_within(vendor.delivery_rings, place)
    return distance_to(vendor, place) <= vendor.delivery_km


def is_within(rings: Iterable[Ring], place: Point) -> bool:
    """Whether a ray from the place to the east crosses the rings an odd number of times."""
    return sum(_crosses(ring, place) for ring in rings) % 2 == 1


def _crosses(ring: Ring, place: Point) -> int:
    """How many of a ring's edges the ray crosses."""
    meridian = ring[0][1]
    lon = _beside(meridian, place.lon)
    count = 0
    for (lat_a, lon_a), (lat_b, lon_b) in _edges(ring, meridian):
        # An end on the ray's very latitude belongs to one of its two edges only.
        if (lat_a > place.lat) != (lat_b > place.lat):
            crossing = lon_a + (lon_b - lon_a) * (place.lat - lat_a) / (lat_b - lat_a)
            count += lon < crossing
    return count


def _edges(ring: Ring, meridian: float) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """A ring's edges, the one from its last point to the first among them."""
    points = [(lat, _beside(meridian, lon)) for lat, lon in ring]
    return pairwise(chain(points, points[:1]))


def _beside(meridian: float, lon: float) -> float:
    """The same longitude, written so that it is at most 180 degrees from the meridian."""
    return meridian + (lon - meridian + 540.0) % 360.0 - 180.0
