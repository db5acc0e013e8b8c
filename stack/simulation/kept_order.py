"""An order of the demo's customer that is always on the way, so that there is always one to track.

Its rider goes to the customer and back without end. Where it ends all the same (somebody signed in as the
rider and delivered it), another one is placed.
"""

from __future__ import annotations

import asyncio
from typing import Any

from stack.demo.world import Person, Vendor

from .operations import ON_THE_WAY, ORDER
from .order import Town, place, point, prepare, with_rider
from .rider import SimulatedRider
from .session import Refused

CARRIED = "PICKED_UP"
PAUSE = 5.0  # seconds after a refusal


async def keep_on_the_way(town: Town, customer: Person, vendor: Vendor) -> None:
    """Keep one of the customer's orders on the way until cancelled; what is refused is tried again."""
    while True:
        try:
            order, rider = await _carried(town, customer) or await _new(town, customer, vendor)
            number = order["id"][-6:]
            town.say(f"> {rider.session.name} is on the way to {customer.name} with order …{number}")
            await _roam(town, customer, order, rider)
        except Refused as refusal:
            town.say(f"✗ {customer.name}: {refusal}")
            await asyncio.sleep(PAUSE)


async def _carried(town: Town, customer: Person) -> tuple[dict[str, Any], SimulatedRider] | None:
    """Return an order of theirs that one of our riders has picked up."""
    app = town.session(customer)
    for edge in (await app.ask(ON_THE_WAY))["me"]["orders"]["edges"]:
        order = (await app.ask(ORDER, id=edge["node"]["id"]))["order"]
        rider = await town.rider(order["rider"]["user"]["id"]) if order["rider"] else None
        if rider:
            rider.at = point(order["rider"]["location"]) if order["rider"]["location"] else rider.at
            return order, rider
    return None


async def _new(town: Town, customer: Person, vendor: Vendor) -> tuple[dict[str, Any], SimulatedRider]:
    order_id = await place(town, customer, vendor)
    await prepare(town, vendor, order_id, "PENDING")
    order = await with_rider(town, customer, order_id)
    rider = await town.rider(order["rider"]["user"]["id"]) if order else None
    if order is None or rider is None:
        raise Refused(f"no rider of the demo took order …{order_id[-6:]}")
    await rider.fetch(order_id, point(order["vendor"]["location"]))
    return order, rider


async def _roam(town: Town, customer: Person, order: dict[str, Any], rider: SimulatedRider) -> None:
    app = town.session(customer)

    async def is_carried() -> bool:
        now = (await app.ask(ORDER, id=order["id"]))["order"]
        return bool(now and now["status"] == CARRIED)

    await rider.roam((point(order["deliveryAddress"]), point(order["vendor"]["location"])), is_carried)
