"""Mutations of the riders subgraph."""

from __future__ import annotations

from tests.walls.changes.book import HIS_OWN, Prepare, Prepared, only
from tests.walls.people import join
from tests.walls.rules import SIGNED_IN
from tests.walls.trade import PLACE, go_online, new_scout, offered_order, step
from tests.walls.world import ERRORS, World

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


async def _applying(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({"vehicle": "CAR"}, only("guest"), SIGNED_IN - only("admin"), HIS_OWN)


async def _applied(world: World) -> Prepared:
    await join(world, "guest")
    query = f"mutation {{ applyAsRider(vehicle: CAR) {{ rider {{ id }} {ERRORS} }} }}"
    applied = await world.as_("guest", query)
    return Prepared({"riderId": applied["rider"]["id"]}, only("admin"))


async def _approved(world: World) -> Prepared:
    scout = await new_scout(world)
    return Prepared({"riderId": world[f"{scout}_rider"]}, only("admin"))


BOOK: dict[str, Prepare] = {
    "applyAsRider": _applying,
    "approveRider": _applied,
    "rejectRider": _applied,
    "suspendRider": _approved,
    "setStatus": _set_status,
    "reportLocation": _report_location,
    "acceptAssignment": _offered,
    "declineAssignment": _offered,
    "pickUp": _accepted,
    "completeAssignment": _picked_up,
}
