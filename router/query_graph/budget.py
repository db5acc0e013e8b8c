"""How much work one plan may be, so that no operation can take a router's memory or time."""

from __future__ import annotations

from time import thread_time

# A path costs about 1 KB and 5 µs; large honest operations need some ten thousand.
MAX_PATHS = 100_000
# CPU seconds from the first look at the clock; the worst operation within the other limits takes about one.
MAX_SECONDS = 2.0
TICKS_A_LOOK = 512


class BudgetExceeded(Exception):
    """The operation is too complex: it has too many paths, or looking at them takes too long."""


class Budget:
    """What one plan has left. Every stage whose work may grow with more than the operation's text ticks."""

    __slots__ = ("_deadline", "_paths", "_seconds", "_ticks")

    def __init__(self, paths: int = MAX_PATHS, seconds: float = MAX_SECONDS) -> None:
        self._paths = paths
        self._ticks = 0
        self._seconds = seconds
        self._deadline: float | None = None  # the clock costs more than the plan of a small operation

    def spend_path(self) -> None:
        """Pay for one more path, which stays in memory until the plan is made. Raises BudgetExceeded."""
        self._paths -= 1
        if self._paths < 0:
            raise BudgetExceeded("paths")
        self.tick()

    def tick(self) -> None:
        """Pay for a step of work. Raises BudgetExceeded when the time is over."""
        self._ticks += 1
        if self._ticks % TICKS_A_LOOK == 0:
            self._look()

    def _look(self) -> None:
        now = thread_time()
        if self._deadline is None:
            self._deadline = now + self._seconds
        elif now > self._deadline:
            raise BudgetExceeded("time")
