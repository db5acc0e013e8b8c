"""The walls, from the schema itself: whatever can be asked, is asked by somebody who may have it, and then by
everybody who may not, across two marketplaces and all roles.
"""

from __future__ import annotations

from tests.walls.changing import try_change
from tests.walls.crowd import Crowd
from tests.walls.doors import Doors, coordinates
from tests.walls.reading import Tally, try_door


async def test_queries(doors: Doors, crowd: Crowd, tally: Tally) -> None:
    ids = await crowd.rows.ids()
    for door in doors.queries():
        await try_door(door, crowd, ids, tally)
    tally.check()


async def test_entities(doors: Doors, crowd: Crowd, tally: Tally) -> None:
    ids = await crowd.rows.ids()
    for door in doors.entities():
        await try_door(door, crowd, ids, tally)
    tally.check()


async def test_mutations(doors: Doors, crowd: Crowd, tally: Tally) -> None:
    for change in doors.changes():
        await try_change(change, crowd, tally)
    tally.check()


async def test_subscriptions(doors: Doors, crowd: Crowd, tally: Tally) -> None:
    ids = await crowd.rows.ids()
    for door in doors.subscriptions(seconds=3):
        await try_door(door, crowd, ids, tally)
    tally.check()


def test_no_field_of_the_graph_is_left_out(doors: Doors) -> None:
    tried = doors.coordinates()
    assert sorted(coordinates(doors.platform.graph) - tried) == []
