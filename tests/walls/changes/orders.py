"""Mutations of the orders subgraph."""

from __future__ import annotations

from tests.walls.changes.book import ANYBODY, Prepare, Prepared, only
from tests.walls.rules import STAFF
from tests.walls.trade import place_order, step, wanted
from tests.walls.world import World


async def _place_order(world: World) -> Prepared:
    return Prepared({"input": wanted(world)}, only("customer"), ANYBODY - {"visitor"})


async def _cancel_order(world: World) -> Prepared:
    given = {"id": await place_order(world), "reason": world.text("rain")}
    return Prepared(given, only("customer", "admin"))


async def _pending(world: World) -> Prepared:
    return Prepared({"id": await place_order(world)}, STAFF)


async def _accepted(world: World) -> Prepared:
    order = await place_order(world)
    await step(world, "owner", "acceptOrder", order)
    return Prepared({"id": order}, STAFF)


async def _preparing(world: World) -> Prepared:
    order = await place_order(world)
    for name in ("acceptOrder", "startPreparing"):
        await step(world, "owner", name, order)
    return Prepared({"id": order}, STAFF)


BOOK: dict[str, Prepare] = {
    "placeOrder": _place_order,
    "cancelOrder": _cancel_order,
    "acceptOrder": _pending,
    "rejectOrder": _pending,
    "startPreparing": _accepted,
    "markReady": _preparing,
}
