"""Which states have been visited: one that is no harder than an earlier one needs no look.

A state is harder the fewer places an object can be had at, the fewer contexts are set, and the fewer labels
are decided (what is not decided must do either way). Keeping only the hardest keeps the search from growing
exponentially where subgraphs share much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .contexts_set import ContextValues
from .state import Labels

Power: TypeAlias = frozenset[int]
Visit: TypeAlias = tuple[Power, ContextValues, Labels]


@dataclass(slots=True)
class Visits:
    """The hardest states of each type; ``compared`` counts comparisons, which a budget bounds."""

    compared: int = 0
    _seen: dict[str, list[Visit]] = field(default_factory=dict)

    def is_new(self, type_name: str, visit: Visit) -> bool:
        """Remember a state; False if one as hard has been."""
        seen = self._seen.setdefault(type_name, [])
        self.compared += len(seen)
        if any(_as_hard(other, visit) for other in seen):
            return False
        seen[:] = [other for other in seen if not _as_hard(visit, other)]
        seen.append(visit)
        return True

    def is_hardest(self, type_name: str, visit: Visit) -> bool:
        """Whether no harder state of the type was found since this one was remembered."""
        return any(other is visit for other in self._seen[type_name])


def _as_hard(one: Visit, other: Visit) -> bool:
    return one[0] <= other[0] and one[1] <= other[1] and one[2] <= other[2]
