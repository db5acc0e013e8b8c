"""Riders' ways: along streets, in even steps, to where they are going."""

from __future__ import annotations

import itertools

import pytest

from stack.simulation.streets import METRES_PER_DEGREE, Point, distance, way

AMMAN, SOUTH_EAST = Point(31.9539, 35.9106), Point(31.9450, 35.9300)


def test_a_way_ends_where_it_should() -> None:
    *_, last = way(AMMAN, SOUTH_EAST, 50)
    assert last.at == pytest.approx(SOUTH_EAST, abs=1e-5)


def test_steps_are_no_longer_than_asked() -> None:
    places = [AMMAN, *(step.at for step in way(AMMAN, SOUTH_EAST, 50))]
    assert max(distance(one, other) for one, other in itertools.pairwise(places)) <= 51


def test_streets_run_north_and_east() -> None:
    places = [AMMAN, *(step.at for step in way(AMMAN, SOUTH_EAST, 50))]
    for one, other in itertools.pairwise(places):
        north = abs(other.lat - one.lat) * METRES_PER_DEGREE
        east = abs(other.lon - one.lon) * METRES_PER_DEGREE
        assert min(north, east) < 0.2


def test_headings_look_where_the_way_goes() -> None:
    headings = {step.heading for step in way(AMMAN, SOUTH_EAST, 50)}
    assert headings == {180.0, 90.0}  # south and east, in turns


def test_who_is_there_goes_nowhere() -> None:
    assert list(way(AMMAN, AMMAN, 50)) == []
