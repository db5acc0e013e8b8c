"""Mutations of the riders subgraph."""

from __future__ import annotations

from tests.walls.changes.book import HIS_OWN, Prepare, Prepared, only
from tests.walls.trade import PLACE, go_online, new_scout, offered_order, step
from tests.walls.world import World

RIDERS = only("rider", "other_rider")


async def _set_status(world: World) -> Prepared:
    scout = await new_scout(world)
    return Prepared({"status": "ONLINE"}, only(scout), RIDERS, HIS_OWN)


async def _report_location(world: World) -> Prepared:
    scout = await new_scout(world)
    await go_online(world, scout)
    return Prepared({"input": {**PLACE, "heading": 10.0}}, only(scout), RIDERS, HIS_OWN)


async def _offered(world: World) -> Prepared:
    scout = await new_scout(world)
    return Prepared({"orderId": await offered_order(world, scout)}, only(scout))


async def _accepted(world: World) -> Prepared:
    scout = await new_scout(world)
    order = await offered_order(world, scout)
    await step(world, scout, "acceptAssignment", order)
    return Prepared({"orderId": order}, only(scout))


async def _picked_up(world: World) -> Prepared:
    prepared = await _accepted(world)
    (scout,) = prepared.may
    await step(world, scout, "pickUp", prepared.arguments["orderId"])
    return prepared


BOOK: dict[str, Prepare] = {
    "setStatus": _set_status,
    "reportLocation": _report_location,
    "acceptAssignment": _offered,
    "declineAssignment": _offered,
    "pickUp": _accepted,
    "completeAssignment": _picked_up,
}
