"""The box of degrees around a circle holds all of the circle, at the poles and at the date line too."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, radians, sin

from hypothesis import example, given
from hypothesis.strategies import floats

from search import Point
from subgraphs.catalog.bounding_box import EARTH_METRES, Box, box_around


def holds(box: Box, lat: float, lon: float) -> bool:
    by_lon = (box.west <= lon, lon <= box.east)
    return box.south <= lat <= box.north and (all(by_lon) if box.west <= box.east else any(by_lon))


def on_the_way(start: Point, metres: float, bearing: float) -> tuple[float, float]:
    """Where one comes by going so far in a direction (the direct problem on a sphere)."""
    angle, lat, lon, course = metres / EARTH_METRES, radians(start.lat), radians(start.lon), radians(bearing)
    there = asin(sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(course))
    east = atan2(sin(course) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(there))
    return degrees(there), (degrees(lon + east) + 540) % 360 - 180


@given(floats(-85, 85), floats(-179.99, 179.99), floats(1, 500_000), floats(0, 0.999), floats(0, 360))
@example(10.0, 179.99, 50_000.0, 0.999, 90.0)
@example(-84.9, 0.0, 500_000.0, 0.999, 135.0)
def test_every_place_within_reach_is_in_the_box(
    lat: float, lon: float, metres: float, share: float, bearing: float
) -> None:
    centre = Point(lat, lon)
    assert holds(box_around(centre, metres), *on_the_way(centre, metres * share, bearing))


def test_the_box_is_not_much_larger_than_the_circle() -> None:
    box = box_around(Point(30.0, 31.0), 5_000.0)
    assert round(box.north - box.south, 3) == 0.09
    assert round(box.east - box.west, 3) == 0.104
