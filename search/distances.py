"""How far it is from a point to another."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from search.documents import Point

# The sphere that Elasticsearch and earthdistance measure on, nearly (6371.0 and 6378.2).
EARTH_KM = 6371.0088


def kilometres(a: Point, b: Point) -> float:
    """The great-circle distance (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
