"""Which numbers are a place on earth, and which a distance."""

from __future__ import annotations

from math import inf, nan

import pytest

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.point import LAT_MAX, Point, checked_km, checked_point

NO_DEGREES = [nan, inf, -inf, 5e-324, -5e-324, 1e308, 181.0, -181.0]


@pytest.mark.parametrize("degrees", [*NO_DEGREES, 85.0512, -90.0])
def test_a_latitude_off_the_map_is_the_clients_mistake(degrees: float) -> None:
    _refused(lambda: checked_point(degrees, 10.0, "near"), "near")


@pytest.mark.parametrize("degrees", NO_DEGREES)
def test_so_is_a_longitude(degrees: float) -> None:
    _refused(lambda: checked_point(10.0, degrees, "near"), "near")


@pytest.mark.parametrize(("lat", "lon"), [(LAT_MAX, 180.0), (-LAT_MAX, -180.0), (0.0, -0.0)])
def test_the_edges_of_the_map_are_places(lat: float, lon: float) -> None:
    assert checked_point(lat, lon) == Point(lat, lon)


def test_what_a_sum_of_floats_left_of_zero_is_zero() -> None:
    assert checked_point(0.1 + 0.2 - 0.3, -1e-200) == Point(0.0, 0.0)


@pytest.mark.parametrize("km", [nan, inf, 0.0, -1.0, 5e-324, 1e-9, 100.1, 1e308])
def test_a_distance_is_a_metre_or_more(km: float) -> None:
    _refused(lambda: checked_km(km, 100.0, "near.km"), "near.km")


def test_a_distance_up_to_the_most_is_taken() -> None:
    assert [checked_km(km, 100.0) for km in (0.001, 5.0, 100.0)] == [0.001, 5.0, 100.0]


def _refused(attempt: object, field: str) -> None:
    assert callable(attempt)
    with pytest.raises(CodedError) as raised:
        attempt()
    assert (raised.value.code, raised.value.field) == (ErrorCode.BAD_USER_INPUT, field)
