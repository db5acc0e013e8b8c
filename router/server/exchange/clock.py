"""The time of day, as tokens have it, and waiting for it; given to who needs it, so that tests move it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

# A clock that is set, or a machine that slept, is noticed after so many seconds.
LONGEST_NAP = 30.0


class Clock(Protocol):
    """Unix time in seconds."""

    def now(self) -> float:
        """The time."""

    async def wait_until(self, moment: float) -> None:
        """Return when it is that late; it may be before, so look again."""


class SystemClock:
    """The machine's."""

    def now(self) -> float:
        """The time."""
        return time.time()

    async def wait_until(self, moment: float) -> None:
        """Wait for it, a nap at most."""
        await asyncio.sleep(max(0.0, min(moment - time.time(), LONGEST_NAP)))
