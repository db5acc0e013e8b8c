"""An order of the demo's customer that is always on the way, so that there is always one to track.

Whoever has fetched it goes to the customer and back without end (`SimulatedRider`). Where it ends all the
same (somebody signed in as the rider and delivered it), another one is placed.
"""

from __future__ import annotations

import asyncio

from stack.demo.world import Person, Vendor

from .operations import ON_THE_WAY
from .order import Town, courier, is_couriers, is_taken, place, prepare, status_of
from .session import Refused

CARRIED = "PICKED_UP"
PAUSE = 5.0  # seconds after a refusal, and between two looks


async def find_kept(town: Town, customer: Person) -> str | None:
    """Return an order of the customer's that is on the way already."""
    edges = (await town.session(customer).ask(ON_THE_WAY))["me"]["orders"]["edges"]
    return edges[0]["node"]["id"] if edges else None


async def keep_on_the_way(town: Town, kept: set[str], customer: Person, vendor: Vendor) -> None:
    """Keep one of the customer's orders on the way until cancelled: `kept` says which, for its rider."""
    while True:
        try:
            order_id = next(iter(kept), None) or await _new(town, kept, customer, vendor)
            while await status_of(town, customer, order_id) == CARRIED:  # noqa: ASYNC110
                await asyncio.sleep(PAUSE)
        except Refused as refusal:
            town.say(f"✗ {customer.name}: {refusal}")
            await asyncio.sleep(PAUSE)
            continue
        kept.clear()


async def _new(town: Town, kept: set[str], customer: Person, vendor: Vendor) -> str:
    order_id = await place(town, customer, vendor)
    kept.add(order_id)
    await prepare(town, vendor, order_id, "PENDING")
    if await is_couriers(town, customer, order_id):
        kept.clear()
        await courier(town, vendor, order_id)
        raise Refused(f"a provider's courier had order …{order_id[-6:]}: nobody can follow him")
    if not await is_taken(town, customer, order_id):
        kept.clear()
        raise Refused(f"nobody fetched order …{order_id[-6:]}")
    return order_id
