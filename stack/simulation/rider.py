"""A rider: on duty, reporting the position every second, strolling or carrying what he was offered.

He knows what his app knows: his own offers and orders.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable, Container
from typing import Any

from .operations import ACCEPT_ASSIGNMENT, COMPLETE, ORDER, PICK_UP, REPORT_LOCATION, SET_STATUS, WORK
from .session import Refused, Session
from .streets import Point, way

TICK = 1.0  # seconds between two reports
LOOK = 2.0  # seconds between two looks for work
STROLL = 250.0  # metres that an idle rider goes around
UNSEEN = 5  # looks in vain until an order is taken for gone
WAITS_FOR = ("ACCEPTED", "PREPARING")  # an order that is not ready yet


class SimulatedRider:
    """Where he is, and what he does with his phone; orders that are `kept` he never delivers."""

    def __init__(
        self,
        session: Session,
        at: Point,
        metres_a_second: float,
        *,
        kept: Container[str],
        say: Callable[[str], None],
    ) -> None:
        self.session = session
        self.at = at
        self._pace, self._kept, self._say = metres_a_second, kept, say
        self._busy = asyncio.Lock()

    async def start_duty(self) -> None:
        """Sign in, go online."""
        await self.session.do(SET_STATUS, status="ONLINE")
        await self._report(0.0)

    async def idle_forever(self, chance: random.Random) -> None:
        """Stroll around the corner while there is nothing to carry."""
        home = self.at
        while True:
            if not self._busy.locked():
                spread = STROLL / 111_320
                target = Point(
                    home.lat + chance.uniform(-spread, spread), home.lon + chance.uniform(-spread, spread)
                )
                await self._go(target, only_idle=True)
            await asyncio.sleep(TICK * chance.uniform(1, 4))

    async def work_forever(self) -> None:
        """Take what is offered, and deliver it."""
        while True:
            try:
                if not await self._work("ACTIVE"):
                    await self._work("OFFERED")
            except Refused as refusal:
                self._say(f"✗ {self.session.name}: {refusal}")
            await asyncio.sleep(LOOK)

    async def finish(self) -> None:
        """Deliver what he carries already, and go home: somebody who is not wanted today."""
        try:
            while await self._work("ACTIVE"):  # noqa: ASYNC110
                await asyncio.sleep(LOOK)
            await self.session.do(SET_STATUS, status="OFFLINE")
        except Refused as refusal:
            self._say(f"✗ {self.session.name}: {refusal}")

    async def _work(self, state: str) -> bool:
        """Do what there is of a kind, one order; False if there is none."""
        rider = (await self.session.ask(WORK, state=state))["me"]["rider"]
        edges = rider["assignments"]["edges"] if rider else []
        if not edges:
            return False
        if state == "ACTIVE" and rider["location"]:
            self.at = point(rider["location"])
        async with self._busy:
            await self._deliver(edges[0]["node"])
        return True

    async def _deliver(self, work: dict[str, Any]) -> None:
        order_id, vendor, customer = work["order"]["id"], work["pickup"], point(work["destination"])
        number = f"order …{order_id[-6:]}"
        if work["status"] == "OFFERED":
            await self.session.do(ACCEPT_ASSIGNMENT, orderId=order_id)
            self._say(f"> {self.session.name} takes {number}")
        shop = point(vendor) if vendor else customer
        if work["status"] != "PICKED_UP":
            await self._go(shop)
            await self._wait_for(order_id)
            await self.session.do(PICK_UP, orderId=order_id)
        if order_id in self._kept:
            self._say(f"> {self.session.name} is on the way with {number}")
            await self._roam(order_id, customer, shop)
            return
        await self._go(customer)
        await self.session.do(COMPLETE, orderId=order_id)
        self._say(f"✓ {self.session.name} delivered {number}")

    async def _wait_for(self, order_id: str) -> None:
        """At the counter, until the order is ready; a moment after his acceptance he may not see it yet."""
        unseen = 0
        while (status := await self._status(order_id)) in WAITS_FOR or (status is None and unseen < UNSEEN):
            unseen += status is None
            await asyncio.sleep(LOOK)

    async def _roam(self, order_id: str, customer: Point, shop: Point) -> None:
        """To the customer and back, again and again, for as long as the order is on the way."""
        for place in itertools.cycle((customer, shop)):
            await self._go(place)
            await asyncio.sleep(TICK)
            if await self._status(order_id) not in (*WAITS_FOR, "READY", "PICKED_UP"):
                return

    async def _status(self, order_id: str) -> str | None:
        order = (await self.session.ask(ORDER, id=order_id))["order"]
        return order["status"] if order else None

    async def _go(self, target: Point, *, only_idle: bool = False) -> None:
        for step in way(self.at, target, self._pace * TICK):
            if only_idle and self._busy.locked():
                return
            self.at = step.at
            await self._report(step.heading)
            await asyncio.sleep(TICK)

    async def _report(self, heading: float) -> None:
        with contextlib.suppress(Refused):  # a lost report is nothing: the next one comes in a second
            place = {"lat": self.at.lat, "lon": self.at.lon, "heading": heading}
            await self.session.do(REPORT_LOCATION, input=place)


def point(place: dict[str, float]) -> Point:
    """Read a place of the graph."""
    return Point(place["lat"], place["lon"])
