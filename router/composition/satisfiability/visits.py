"""Which states have been visited: one that is no harder than an earlier one needs no look.

A state is harder the fewer places an object can be had at, the fewer contexts are set, and the fewer labels
are decided (what is not decided must do either way). Keeping only the hardest keeps the search from growing
exponentially where subgraphs share much.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .contexts_set import ContextValues
from .state import Labels

Power = frozenset[int]
_Visit = tuple[Power, ContextValues, Labels]


@dataclass(slots=True)
class Visits:
    """The hardest states of each type; ``compared`` counts comparisons, which a budget bounds."""

    compared: int = 0
    _seen: dict[str, list[_Visit]] = field(default_factory=dict)

    def is_new(self, type_name: str, power: Power, contexts: ContextValues, labels: Labels) -> bool:
        """Remember a state; False if one as hard has been."""
        seen = self._seen.setdefault(type_name, [])
        self.compared += len(seen)
        if any(p <= power and c <= contexts and decided <= labels for p, c, decided in seen):
            return False
        seen[:] = [v for v in seen if not (power <= v[0] and contexts <= v[1] and labels <= v[2])]
        seen.append((power, contexts, labels))
        return True
