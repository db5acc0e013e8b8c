"""Mutations of the orders subgraph."""

from __future__ import annotations

from tests.walls.changes.book import ANYBODY, Prepare, Prepared, only
from tests.walls.rules import STAFF
from tests.walls.trade import place_order, provided_order, step, wanted
from tests.walls.world import World


async def _place_order(world: World) -> Prepared:
    return Prepared({"input": wanted(world)}, only("customer"), ANYBODY - {"visitor"})


async def _place_orders(world: World) -> Prepared:
    return Prepared({"orders": [wanted(world), wanted(world)]}, only("customer"), ANYBODY - {"visitor"})


async def _rate_order(world: World) -> Prepared:
    prepared = await _on_its_way(world)
    order = prepared.arguments["id"]
    await step(world, "owner", "markDelivered", order)
    stars = [{"productId": world["product"], "stars": 5}]
    given = {"orderId": order, "vendorStars": 5, "products": stars, "text": world.text("good")}
    return Prepared(given, only("customer"))


async def _with_courier(world: World) -> Prepared:
    order = await provided_order(world)
    for name in ("startPreparing", "markReady"):
        await step(world, "owner", name, order)
    return Prepared({"id": order}, STAFF)


async def _on_its_way(world: World) -> Prepared:
    prepared = await _with_courier(world)
    await step(world, "owner", "markPickedUp", prepared.arguments["id"])
    return prepared


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
    "placeOrders": _place_orders,
    "rateOrder": _rate_order,
    "markPickedUp": _with_courier,
    "markDelivered": _on_its_way,
}
