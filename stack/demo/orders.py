"""Orders over two years: more each month, at lunch and dinner time of their city, most from a few places.

In: a World and how many. Out: orders, one after the other, so that a million needs no more memory than ten;
the oldest day first, as they would have come in, so that a database appends to its indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from subgraphs.common.ids import bucket_of

from .chance import Chance
from .menus import Product
from .world import Person, Rider, Vendor, World

CHUNK = 500  # orders that share one generator of chance
MEALS = {
    8: 2,
    9: 3,
    10: 3,
    11: 6,
    12: 14,
    13: 14,
    14: 8,
    15: 4,
    16: 4,
    17: 6,
    18: 11,
    19: 15,
    20: 14,
    21: 9,
    22: 4,
}
ENDS = {"DELIVERED": 925, "CANCELLED": 40, "REJECTED": 20, "FAILED": 15}
STEPS = ("PENDING", "ACCEPTED", "PREPARING", "READY", "PICKED_UP", "DELIVERED")
ENDED_AFTER = {"CANCELLED": 1, "REJECTED": 1, "FAILED": 2}  # how many of the steps came before
PROVIDERS = ("dhub", "talabat", "careem", "deliveroo", "glovo", "rappi")
WITH_RIDER = ("PICKED_UP", "DELIVERED")
TRIES = 6  # to find a customer who had come by a day


class Item(NamedTuple):
    """A line of an order."""

    product: Product
    quantity: int


class Order(NamedTuple):
    """An order as it stands now; the timeline has each status with its time."""

    id: UUID
    customer: Person
    vendor: Vendor
    rider: Rider | None
    status: str
    placed_at: datetime
    items: tuple[Item, ...]
    timeline: tuple[tuple[str, datetime], ...]
    provider: str | None

    @property
    def subtotal(self) -> int:
        """Minor units of the vendor's currency."""
        return sum(item.product.price * item.quantity for item in self.items)


def make_orders(world: World, seed: object, count: int, *, part: int = 0, parts: int = 1) -> Iterator[Order]:
    """Make finished orders; the same for the same world, seed and count, in however many parts."""
    homes = [
        (city, people)
        for city, people in world.customers_in.items()
        if city in world.vendors_in and city in world.riders_in
    ]
    weights = [len(people) for _, people in homes]
    for first in range(part * CHUNK, count, parts * CHUNK):
        chance = Chance.of(seed, "orders", first)
        chosen = chance.choices(homes, weights, k=min(CHUNK, count - first))
        for number, (city, people) in enumerate(chosen, first):
            day = _day(world, number / count)
            yield _finished_order(world, chance, city, people, day)


def _day(world: World, share: float) -> datetime:
    """Return the day by which this share of all orders had come: they grow more from month to month."""
    days = (world.now - world.start).days - 1
    return world.start + timedelta(days=int(days * share**0.7))


def _finished_order(world: World, chance: Chance, city: str, people: list[Person], day: datetime) -> Order:
    customer = _customer(chance, people, day)
    vendor = chance.favourite(world.vendors_in[city])
    status = chance.choices(tuple(ENDS), tuple(ENDS.values()))[0]
    rider = chance.choice(world.riders_in[city]) if status in WITH_RIDER else None
    placed = _meal_time(chance, vendor, customer, day)
    return make_order(chance, customer, vendor, rider, status, placed)


def _customer(chance: Chance, people: list[Person], day: datetime) -> Person:
    """Choose one who had come by the day; of the first days, who came soonest of a few."""
    tried = []
    for _ in range(TRIES):
        person = chance.favourite(people)
        if person.created_at < day:
            return person
        tried.append(person)
    return min(tried, key=lambda person: person.created_at)


def make_order(
    chance: Chance,
    customer: Person,
    vendor: Vendor,
    rider: Rider | None,
    status: str,
    placed: datetime,
    latest: datetime | None = None,
) -> Order:
    """Make one order of these people; nothing in its timeline is after `latest`."""
    refused = status == "FAILED"  # by a delivery provider; all others have riders
    return Order(
        id=chance.id(placed, bucket_of(customer.id)),
        customer=customer,
        vendor=vendor,
        rider=rider,
        status=status,
        placed_at=placed,
        items=_items(chance, vendor.menu),
        timeline=_timeline(chance, vendor, status, placed, latest),
        provider=chance.choice(PROVIDERS) if refused else None,
    )


def _items(chance: Chance, menu: tuple[Product, ...]) -> tuple[Item, ...]:
    wanted = chance.choice((1, 1, 2, 2, 2, 3, 3, 4))
    chosen = dict.fromkeys(chance.favourite(menu) for _ in range(wanted))
    return tuple(Item(product, chance.choice((1, 1, 1, 2, 2, 3))) for product in chosen)


def _meal_time(chance: Chance, vendor: Vendor, customer: Person, day: datetime) -> datetime:
    """Choose a time on the day while the vendor is open, or soon after the customer came."""
    hours = [hour for hour in MEALS if vendor.opens <= hour < vendor.closes]
    hour = chance.choices(hours, [MEALS[hour] for hour in hours])[0]
    local = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        hours=hour - vendor.city.utc, seconds=chance.randrange(3600), milliseconds=chance.randrange(1000)
    )
    return max(local, customer.created_at + timedelta(minutes=5))


def _timeline(
    chance: Chance, vendor: Vendor, status: str, placed: datetime, latest: datetime | None
) -> tuple[tuple[str, datetime], ...]:
    passed = STEPS[: ENDED_AFTER[status]] if status in ENDED_AFTER else STEPS[: STEPS.index(status) + 1]
    minutes = (0, 2, 1, vendor.prep_minutes, 6, 14)
    at, timeline = placed, []
    for step, typical in zip(passed, minutes, strict=False):
        at += timedelta(seconds=round(typical * 60 * chance.uniform(0.6, 1.5)))
        timeline.append((step, at))
    if status in ENDED_AFTER:
        timeline.append((status, at + timedelta(seconds=chance.randrange(30, 400))))
    if latest and at > latest:
        return tuple(
            (step, placed + (when - placed) * ((latest - placed) / (at - placed))) for step, when in timeline
        )
    return tuple(timeline)
