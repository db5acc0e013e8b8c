"""One order's life: placed by a customer, made by the vendor, carried by whichever rider it is given to."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from stack.demo.world import Person, Vendor

from .operations import ACCEPT_ORDER, MARK_READY, MENU, ORDER, PLACE_ORDER, START_PREPARING
from .rider import SimulatedRider
from .session import Refused, Session
from .streets import Point

POLL = 1.0
# What the kitchen still has to do with an order, by its status.
KITCHEN_STEPS = {
    "PENDING": (ACCEPT_ORDER, START_PREPARING, MARK_READY),
    "ACCEPTED": (START_PREPARING, MARK_READY),
    "PREPARING": (MARK_READY,),
    "READY": (),
}
RIDER_PATIENCE = 120.0  # seconds until an order without a rider is left alone


@dataclass(frozen=True, slots=True)
class Town:
    """Those who take part: sessions by person, riders by user id, and where to say what happens."""

    session: Callable[[Person], Session]
    rider: Callable[[str], Awaitable[SimulatedRider | None]]
    staff: Callable[[Vendor], Person]
    say: Callable[[str], None]
    chance: random.Random
    hurry: float  # how much faster than in life kitchens work


async def order_and_deliver(town: Town, customer: Person, vendor: Vendor) -> None:
    """Place an order and see it through; what is refused is said, and ends this order."""
    try:
        order_id = await place(town, customer, vendor)
        await _see_through(town, customer, vendor, order_id, "PENDING")
    except Refused as refusal:
        town.say(f"✗ {customer.name} at {vendor.name}: {refusal}")


async def go_on(town: Town, customer: Person, vendor: Vendor, order_id: str) -> None:
    """See an order through that is under way already."""
    try:
        order = (await town.session(customer).ask(ORDER, id=order_id))["order"]
        if order and order["status"] == "PICKED_UP":
            await _bring(town, customer, order)
        elif order:
            await _see_through(town, customer, vendor, order_id, order["status"])
    except Refused as refusal:
        town.say(f"✗ order …{order_id[-6:]}: {refusal}")


async def _see_through(town: Town, customer: Person, vendor: Vendor, order_id: str, status: str) -> None:
    if status in KITCHEN_STEPS:
        await prepare(town, vendor, order_id, status)
        await _deliver(town, customer, order_id)


async def place(town: Town, customer: Person, vendor: Vendor) -> str:
    """Order something; returns the order's id."""
    app = town.session(customer)
    menu = (await app.ask(MENU, id=str(vendor.id)))["vendor"]["menu"]
    products = [edge["node"] for part in menu["edges"] for edge in part["node"]["products"]["edges"]]
    offered = [product["id"] for product in products if product["available"]]
    chosen = town.chance.sample(offered, k=min(len(offered), town.chance.choice((1, 2, 2, 3))))
    payload = await app.do(
        PLACE_ORDER,
        input={
            "idempotencyKey": str(uuid.uuid4()),
            "vendorId": str(vendor.id),
            "items": [{"productId": id, "quantity": town.chance.choice((1, 1, 2))} for id in chosen],
            "deliveryAddress": {
                "street": customer.street,
                "city": customer.city.name,
                "lat": customer.lat,
                "lon": customer.lon,
            },
        },
    )
    order = payload["order"]
    total = vendor.city.currency.text(order["total"]["amount"])
    town.say(f"+ {customer.name} orders at {vendor.name}: {total}")
    order_id: str = order["id"]
    return order_id


async def prepare(town: Town, vendor: Vendor, order_id: str, status: str) -> None:
    """Let the vendor's staff do what is left to do in the kitchen."""
    kitchen = town.session(town.staff(vendor))
    minutes = {ACCEPT_ORDER: 1.0, START_PREPARING: 0.5, MARK_READY: float(vendor.prep_minutes)}
    for step in KITCHEN_STEPS[status]:
        await asyncio.sleep(minutes[step] * 60 / town.hurry * town.chance.uniform(0.6, 1.4))
        await kitchen.do(step, id=order_id)
    town.say(f"· {vendor.name} has order …{order_id[-6:]} ready")


async def _deliver(town: Town, customer: Person, order_id: str) -> None:
    order = await with_rider(town, customer, order_id)
    if order is None:
        town.say(f"? no rider for order …{order_id[-6:]}")
        return
    rider = await town.rider(order["rider"]["user"]["id"])
    if rider is None:
        town.say(f"? the rider of order …{order_id[-6:]} is none of the demo's")
        return
    town.say(f"> {rider.session.name} carries order …{order_id[-6:]} to {customer.name}")
    await rider.carry(order_id, point(order["vendor"]["location"]), point(order["deliveryAddress"]))
    town.say(f"✓ {rider.session.name} delivered order …{order_id[-6:]}")


async def with_rider(town: Town, customer: Person, order_id: str) -> dict[str, Any] | None:
    """Wait until the order has a rider; None when it gets none."""
    app = town.session(customer)
    for _ in range(round(RIDER_PATIENCE / POLL)):
        order: dict[str, Any] | None = (await app.ask(ORDER, id=order_id))["order"]
        if order and order["rider"]:
            return order
        await asyncio.sleep(POLL)
    return None


async def _bring(town: Town, customer: Person, order: dict[str, Any]) -> None:
    """Finish an order that a rider has picked up."""
    rider = await town.rider(order["rider"]["user"]["id"]) if order["rider"] else None
    if rider:
        rider.at = point(order["rider"]["location"]) if order["rider"]["location"] else rider.at
        town.say(f"> {rider.session.name} goes on with order …{order['id'][-6:]} to {customer.name}")
        await rider.bring(order["id"], point(order["deliveryAddress"]))
        town.say(f"✓ {rider.session.name} delivered order …{order['id'][-6:]}")


def point(place: dict[str, float]) -> Point:
    """Read a place of the graph."""
    return Point(place["lat"], place["lon"])
