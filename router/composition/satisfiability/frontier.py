"""Which state to visit next: at first the nearest, for short witnesses; then the hardest, to be done sooner.

Of ``n`` subgraphs that share much there may be ``2 ** n`` sets of places, from all of them down to one. Once
the smallest sets have been visited, what is left is easier and needs no visit.
"""

from __future__ import annotations

import heapq
from itertools import count

from .state import State
from .visits import Visit

# Real graphs have about as many states as types, and thousands of those.
NEAREST_FIRST = 2_000
_MORE_THAN_ANY_POWER = 1 << 40


class Frontier:
    """The states that wait."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, State, Visit]] = []
        self._order = count()
        self._popped = 0

    def push(self, state: State, visit: Visit) -> None:
        """Add a state."""
        nearest_first = self._popped < NEAREST_FIRST
        hardness = 0 if nearest_first else len(visit[0]) - _MORE_THAN_ANY_POWER
        heapq.heappush(self._heap, (hardness, next(self._order), state, visit))

    def pop(self) -> tuple[State, Visit] | None:
        """Take the next state; None if there is none."""
        if not self._heap:
            return None
        self._popped += 1
        _, _, state, visit = heapq.heappop(self._heap)
        return state, visit
