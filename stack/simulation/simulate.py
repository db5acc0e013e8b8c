"""A town at work: riders on duty, and orders that come in at a given pace, for as long as wanted.

In: the router's address and the demo's plan (whom one can sign in as). Out: lines that say what happens.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx

from stack.demo.orders import Order
from stack.demo.plan import DemoPlan
from stack.demo.present import make_present
from stack.demo.world import Person, Rider, World

from .kept_order import find_kept, keep_on_the_way
from .order import Town, go_on, order_and_deliver
from .rider import SimulatedRider
from .session import Refused, Session
from .streets import Point

METRES_A_SECOND = 8.0  # a scooter in town
LONGEST_WAIT = 30.0
UNDER_WAY = ("PENDING", "PREPARING")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How many riders, how many orders, for how long (0: until stopped), how much faster than in life."""

    riders: int = 20
    orders_per_minute: float = 12.0
    duration: float = 0.0
    speed: float = 10.0


async def simulate(url: str, plan: DemoPlan, wishes: Wishes, say: Callable[[str], None]) -> None:
    """Simulate the city of the demo logins."""
    world = plan.world()
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=url, timeout=LONGEST_WAIT, limits=limits) as http:
        town = SimulatedTown(http, world, wishes, say)
        try:
            async with asyncio.timeout(wishes.duration or None):
                await town.live(make_present(world, plan.seed))
        except TimeoutError:
            say("the time is over")


class SimulatedTown:
    """The people of one city, signed in when they are first needed."""

    def __init__(
        self, http: httpx.AsyncClient, world: World, wishes: Wishes, say: Callable[[str], None]
    ) -> None:
        self._city = city = world.vendors[0].city.name
        self._http, self._world, self._wishes, self._say = http, world, wishes, say
        # The first one is the demo login's (stack/demo/present.py).
        self._demo_customer, *others = world.customers_in[city]
        self._customers = others or [self._demo_customer]
        self._vendors = world.vendors_in[city]
        riders = world.riders_in[city]
        self._wanted, self._others = riders[: wishes.riders], riders[wishes.riders :]
        self._on_duty = 0
        self._kept = set[str]()
        self._sessions: dict[str, Session] = {}
        self._chance = random.Random()
        self._town = Town(
            self._session,
            lambda vendor: world.staff_of[vendor.id],
            say,
            self._chance,
            wishes.speed * 6,  # kitchens take minutes of which nobody sees anything
        )

    async def live(self, present: Iterable[Order]) -> None:
        """Go on duty, see through what is under way, then take orders until cancelled."""
        async with asyncio.TaskGroup() as group:
            customer, vendor = self._demo_customer, self._world.vendors[0]
            if self._keeps_one() and (order_id := await find_kept(self._town, customer)):
                self._kept.add(order_id)
            for rider in self._others:
                group.create_task(self._rider(rider).finish())
            for rider in self._wanted:
                await self._go_on_duty(rider, group)
            self._say(f"{self._on_duty} riders are on duty in {self._city}")
            if self._keeps_one():
                group.create_task(keep_on_the_way(self._town, self._kept, customer, vendor))
            for order in present:
                if self._is_ours_to_finish(order):
                    group.create_task(go_on(self._town, order.customer, order.vendor, str(order.id)))
            while True:
                customer, vendor = self._chance.choice(self._customers), self._chance.choice(self._vendors)
                group.create_task(order_and_deliver(self._town, customer, vendor))
                await asyncio.sleep(self._chance.expovariate(self._wishes.orders_per_minute / 60))

    def _keeps_one(self) -> bool:
        """Whether a rider can be spared who carries one order for ever: a town's only one can't."""
        return len(self._wanted) > 1

    def _is_ours_to_finish(self, order: Order) -> bool:
        """Its rider, if it has one, sees to it by himself."""
        return order.vendor.city.name == self._city and order.status in UNDER_WAY

    async def _go_on_duty(self, rider: Rider, group: asyncio.TaskGroup) -> None:
        simulated = self._rider(rider)
        try:
            await simulated.start_duty()
        except Refused as refusal:
            self._say(f"✗ {rider.user.name}: {refusal}")
            return
        self._on_duty += 1
        group.create_task(simulated.idle_forever(self._chance))
        group.create_task(simulated.work_forever())

    def _rider(self, rider: Rider) -> SimulatedRider:
        return SimulatedRider(
            self._session(rider.user),
            Point(rider.lat, rider.lon),
            METRES_A_SECOND * self._wishes.speed,
            kept=self._kept,
            say=self._say,
        )

    def _session(self, person: Person) -> Session:
        if person.phone not in self._sessions:
            self._sessions[person.phone] = Session(self._http, person.phone, person.name)
        return self._sessions[person.phone]
