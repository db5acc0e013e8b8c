"""A rider: on duty, reporting the position every second, waiting at a corner or carrying an order."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence

from .operations import ACCEPT_ASSIGNMENT, COMPLETE, ME, PICK_UP, REPORT_LOCATION, SET_STATUS
from .session import Refused, Session
from .streets import Point, way

TICK = 1.0  # seconds between two reports
STROLL = 250.0  # metres that an idle rider goes around


class SimulatedRider:
    """Where he is, and what he does with his phone."""

    def __init__(self, session: Session, at: Point, metres_a_second: float) -> None:
        self.session = session
        self.at = at
        self._pace = metres_a_second
        self._busy = asyncio.Lock()

    async def start_duty(self) -> str:
        """Sign in, go online; returns the user's id."""
        me = await self.session.ask(ME)
        await self.session.do(SET_STATUS, status="ONLINE")
        await self._report(0.0)
        user_id: str = me["me"]["id"]
        return user_id

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

    async def carry(self, order_id: str, vendor: Point, customer: Point) -> None:
        """Take an order from the vendor to the customer."""
        async with self._busy:
            await self._fetch(order_id, vendor)
            await self._bring(order_id, customer)

    async def fetch(self, order_id: str, vendor: Point) -> None:
        """Take an order at the vendor's, and no further."""
        async with self._busy:
            await self._fetch(order_id, vendor)

    async def roam(self, places: Sequence[Point], goes_on: Callable[[], Awaitable[bool]]) -> None:
        """Go from place to place with an order, again and again, for as long as it goes on."""
        async with self._busy:
            for place in itertools.cycle(places):
                await self._go(place)
                await asyncio.sleep(TICK)
                if not await goes_on():
                    return

    async def bring(self, order_id: str, customer: Point) -> None:
        """Bring an order that he has already."""
        async with self._busy:
            await self._bring(order_id, customer)

    async def _fetch(self, order_id: str, vendor: Point) -> None:
        await self.session.do(ACCEPT_ASSIGNMENT, orderId=order_id)
        await self._go(vendor)
        await self.session.do(PICK_UP, orderId=order_id)

    async def _bring(self, order_id: str, customer: Point) -> None:
        await self._go(customer)
        await self.session.do(COMPLETE, orderId=order_id)

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
