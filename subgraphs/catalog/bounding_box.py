"""The box of degrees around a circle on earth: what a plain index over coordinates can look for.

In: a centre and a reach. Out: ranges of latitude and longitude that hold the whole circle (J. P. Matuschek,
"Finding points within a distance of a latitude/longitude using bounding coordinates").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin

from search import Point

# As PostgreSQL's earthdistance has it, which measures the distances in the end.
EARTH_METRES = 6378168.0
# Wider than what floats lose on the way, narrower than a hair.
_MARGIN = 1e-9


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees; where it crosses the date line `west` is greater than `east`."""

    south: float
    north: float
    west: float
    east: float


def box_around(centre: Point, metres: float) -> Box:
    """The smallest box; all longitudes where a pole lies within."""
    angle, lat = metres / EARTH_METRES, radians(centre.lat)
    south, north = lat - angle, lat + angle
    if south <= -pi / 2 or north >= pi / 2:
        return Box(_outward(south, -90), _outward(north, 90), -180.0, 180.0)
    beside = degrees(asin(sin(angle) / cos(lat))) + _MARGIN
    west, east = centre.lon - beside, centre.lon + beside
    return Box(_outward(south, -90), _outward(north, 90), _on_map(west), _on_map(east))


def _outward(latitude: float, pole: float) -> float:
    found = degrees(latitude)
    return max(found - _MARGIN, pole) if pole < 0 else min(found + _MARGIN, pole)


def _on_map(longitude: float) -> float:
    return longitude + 360 if longitude < -180 else longitude - 360 if longitude > 180 else longitude
