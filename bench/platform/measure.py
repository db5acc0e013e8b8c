"""One scenario under one load in; what it took, by process, out."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from .load import Tally, closed_load, open_load
from .meters import Meters, Spent
from .scenarios import Scenario

WARM_STEPS = 64
IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`load` in words; `settled_seconds`: from the first step until all that follows was done."""

    scenario: str
    load: str
    tally: Tally
    spent: Spent
    settled_seconds: float

    @property
    def cpu_ms(self) -> dict[str, float]:
        """Milliseconds for a step, by process."""
        return {name: spent / self.tally.steps for name, spent in self.spent.cpu_ms.items()}

    @property
    def rate(self) -> float:
        """Steps a second, up to the last answer."""
        return self.tally.steps / self.tally.seconds

    @property
    def settled_rate(self) -> float:
        """Steps a second, up to the end of all that follows."""
        return self.tally.steps / self.settled_seconds


async def measure_both(
    scenario: Scenario, meters: Meters, *, clients: int, seconds: float, share: float
) -> list[Measured]:
    """Under closed load; then under open load, with a share of the rate that the closed one has reached."""
    await asyncio.gather(*(scenario.step(number) for number in range(WARM_STEPS)))
    await meters.settled()
    closed = await _measure(scenario, meters, clients, None, seconds)
    reached = closed.settled_rate if scenario.settles else closed.rate
    return [closed, await _measure(scenario, meters, clients, reached * share, seconds)]


async def measure_idle(meters: Meters) -> Spent:
    """What is spent in a second without any request."""
    before, started = await meters.read(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    spent, seconds = (await meters.read()).since(before), time.perf_counter() - started
    cpu = {name: each / seconds for name, each in spent.cpu_ms.items()}
    return Spent(cpu, spent.statements / seconds, spent.transactions / seconds)


async def _measure(
    scenario: Scenario, meters: Meters, clients: int, rate: float | None, seconds: float
) -> Measured:
    before, started = await meters.read(), time.perf_counter()
    if rate is None:
        load, tally = f"closed, {clients}", await closed_load(scenario, clients, seconds)
    else:
        load, tally = f"open, {rate:.3g}/s", await open_load(scenario, rate, seconds)
    if scenario.settles:
        await meters.settled()
    settled = time.perf_counter() - started
    return Measured(scenario.name, load, tally, (await meters.read()).since(before), settled)
