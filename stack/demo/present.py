"""What goes on right now: orders on their way, and what the demo logins find when they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from .chance import Chance
from .orders import WITH_RIDER, Order, make_order
from .world import World

# Minutes ago, status: the demo customer's orders of today, at the demo vendor's.
CUSTOMER_STORY = ((24, "PICKED_UP"), (13, "PREPARING"), (2, "PENDING"))
CUSTOMER_HISTORY_DAYS = (1, 4, 9, 15, 33, 80, 210)
ACTIVE_SHARE = 8  # one in so many riders carries something


def make_present(world: World, seed: object) -> Iterator[Order]:
    """Make the active orders; the first customer, vendor, rider and city are those of the demo logins."""
    yield from _customer_orders(world, seed)
    for city, riders in world.riders_in.items():
        people, vendors = world.customers_in.get(city, []), world.vendors_in.get(city, [])
        if not people or not vendors:
            continue
        for number, rider in enumerate(riders[1::ACTIVE_SHARE]):
            chance = Chance.of(seed, "active", city, number)
            for carrying, status, minutes in ((rider, "PICKED_UP", (22, 40)), (None, "PREPARING", (4, 20))):
                placed = world.now - timedelta(minutes=chance.randrange(*minutes))
                who = chance.choice(people), chance.favourite(vendors)
                yield make_order(chance, *who, carrying, status, placed, world.now)


def _customer_orders(world: World, seed: object) -> Iterator[Order]:
    vendor, rider = world.vendors[0], world.riders[0]
    customer = world.customers_in[vendor.city.name][0]
    for number, days in enumerate(CUSTOMER_HISTORY_DAYS):
        chance = Chance.of(seed, "history", number)
        placed = world.now - timedelta(days=days, minutes=chance.randrange(200))
        chosen = chance.favourite(world.vendors_in[vendor.city.name])
        yield make_order(chance, customer, chosen, rider, "DELIVERED", placed)
    for number, (minutes, status) in enumerate(CUSTOMER_STORY):
        chance = Chance.of(seed, "story", number)
        carried = rider if status in WITH_RIDER else None
        placed = world.now - timedelta(minutes=minutes)
        yield make_order(chance, customer, vendor, carried, status, placed, world.now)
