"""Closed and open load: steps of a scenario in, their latencies and what went wrong out."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count

from .http_client import Refused
from .scenarios import Scenario


@dataclass(slots=True)
class Tally:
    """Seconds that steps took, the errors that others ended with, and how long all of it lasted."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def steps(self) -> int:
        """All of them."""
        return len(self.latencies) + len(self.errors)

    def percentile_ms(self, percent: float) -> float | None:
        """The latency that so many percent of the steps stayed within."""
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


async def closed_load(scenario: Scenario, clients: int, seconds: float) -> Tally:
    """So many clients, each with its next step as soon as the one before is answered."""
    tally, numbers = Tally(), count()
    started = time.perf_counter()

    async def client() -> None:
        while (now := time.perf_counter()) - started < seconds:
            await _step(scenario, next(numbers), now, tally)

    await asyncio.gather(*(client() for _ in range(clients)))
    tally.seconds = time.perf_counter() - started
    return tally


async def open_load(scenario: Scenario, rate: float, seconds: float) -> Tally:
    """So many steps a second, whatever the answers; latency counts from when a step was due."""
    tally = Tally()
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            due = started + number / rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            group.create_task(_step(scenario, number, due, tally))
    tally.seconds = time.perf_counter() - started
    return tally


async def _step(scenario: Scenario, number: int, since: float, tally: Tally) -> None:
    try:
        await scenario.step(number)
    except (Refused, OSError, TimeoutError) as error:
        tally.errors.append(f"{type(error).__name__}: {error}")
    else:
        tally.latencies.append(time.perf_counter() - since)
