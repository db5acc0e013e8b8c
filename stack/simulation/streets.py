"""Ways through a city whose streets run north and east, as a rider follows them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

METRES_PER_DEGREE = 111_320.0
BLOCK = 180.0  # metres between two corners


class Point(NamedTuple):
    """Degrees."""

    lat: float
    lon: float


class Step(NamedTuple):
    """A place on the way, and where one looks (degrees clockwise from north)."""

    at: Point
    heading: float


def way(start: Point, end: Point, metres: float) -> Iterator[Step]:
    """Yield a place every so many metres, the last one being the end."""
    at = start
    for corner in _corners(start, end):
        yield from _straight(at, corner, metres)
        at = corner


def distance(one: Point, other: Point) -> float:
    """Return metres along the streets."""
    north, east = _offset(one, other)
    return abs(north) + abs(east)


def _corners(start: Point, end: Point) -> list[Point]:
    """Turn at every few blocks, a little north and a little east in turns, as one does in a grid."""
    north, east = _offset(start, end)
    turns = max(1, min(4, round(min(abs(north), abs(east)) / BLOCK)))
    corners, at = [], start
    for turn in range(1, turns + 1):
        share = turn / turns
        following = Point(
            start.lat + (end.lat - start.lat) * share, start.lon + (end.lon - start.lon) * share
        )
        corners += [Point(following.lat, at.lon), following]
        at = following
    return corners


def _straight(start: Point, end: Point, metres: float) -> Iterator[Step]:
    north, east = _offset(start, end)
    heading = math.degrees(math.atan2(east, north)) % 360
    count = max(1, math.ceil(math.hypot(north, east) / metres)) if start != end else 0
    for number in range(1, count + 1):
        share = number / count
        lat, lon = start.lat + (end.lat - start.lat) * share, start.lon + (end.lon - start.lon) * share
        yield Step(Point(round(lat, 6), round(lon, 6)), round(heading, 1))


def _offset(start: Point, end: Point) -> tuple[float, float]:
    """Metres to the north and to the east."""
    east = (end.lon - start.lon) * METRES_PER_DEGREE * math.cos(math.radians(start.lat))
    return (end.lat - start.lat) * METRES_PER_DEGREE, east
