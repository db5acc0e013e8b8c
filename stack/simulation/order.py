"""One order's life as its customer and its vendor see it: placed, made, and fetched by whoever comes."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from stack.demo.world import Person, Vendor

from .operations import (
    ACCEPT_ORDER,
    MARK_DELIVERED,
    MARK_PICKED_UP,
    MARK_READY,
    MENU,
    ORDER,
    PLACE_ORDER,
    START_PREPARING,
)
from .session import Refused, Session

POLL = 1.0
# What the kitchen still has to do with an order, by its status.
KITCHEN_STEPS = {
    "PENDING": (ACCEPT_ORDER, START_PREPARING, MARK_READY),
    "ACCEPTED": (START_PREPARING, MARK_READY),
    "PREPARING": (MARK_READY,),
    "READY": (),
}
PATIENCE = 120.0  # seconds until an order that nobody fetches is left alone


@dataclass(frozen=True, slots=True)
class Town:
    """Those who take part: sessions by person, staff by vendor, and where to say what happens."""

    session: Callable[[Person], Session]
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
        status = await status_of(town, customer, order_id)
        if status:
            await _see_through(town, customer, vendor, order_id, status)
    except Refused as refusal:
        town.say(f"✗ order …{order_id[-6:]}: {refusal}")


async def _see_through(town: Town, customer: Person, vendor: Vendor, order_id: str, status: str) -> None:
    if status in KITCHEN_STEPS:
        await prepare(town, vendor, order_id, status)
        if await is_couriers(town, customer, order_id):
            await courier(town, vendor, order_id)
        elif not await is_taken(town, customer, order_id):
            town.say(f"? nobody fetches order …{order_id[-6:]}")


async def is_couriers(town: Town, customer: Person, order_id: str) -> bool:
    """Wait until it is known who brings a ready order; True if that is a provider's courier."""
    for _ in range(round(PATIENCE / POLL)):
        order = (await town.session(customer).ask(ORDER, id=order_id))["order"]
        if not order or order["status"] != "READY":
            return False
        if order["delivery"]["state"] == "ASSIGNED":
            return bool(order["delivery"]["deliveredBy"] == "PROVIDER")
        await asyncio.sleep(POLL)
    return False


async def courier(town: Town, vendor: Vendor, order_id: str) -> None:
    """Let the vendor say what a provider's courier does, who has no account."""
    staff = town.session(town.staff(vendor))
    for step, minutes, done in ((MARK_PICKED_UP, 5.0, "fetches"), (MARK_DELIVERED, 14.0, "has delivered")):
        await asyncio.sleep(minutes * 60 / town.hurry * town.chance.uniform(0.6, 1.4))
        await staff.do(step, id=order_id)
        town.say(f"· a provider's courier {done} order …{order_id[-6:]} of {vendor.name}")


async def is_taken(town: Town, customer: Person, order_id: str) -> bool:
    """Wait until somebody has fetched a ready order; False if that takes too long, or it has ended."""
    for _ in range(round(PATIENCE / POLL)):
        status = await status_of(town, customer, order_id)
        if status != "READY":
            return status in ("PICKED_UP", "DELIVERED")
        await asyncio.sleep(POLL)
    return False


async def status_of(town: Town, customer: Person, order_id: str) -> str | None:
    """Return an order's status as its customer sees it."""
    order = (await town.session(customer).ask(ORDER, id=order_id))["order"]
    return order["status"] if order else None


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
