"""Demands → the cheapest paths that meet them all (branch and bound)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .paths import Hop, Path

# Choices looked at before the best found so far is taken; most operations need fewer than ten.
MAX_CHOICES = 3_000

Options = tuple[Path, ...]


def choose(demands: Iterable[Options], given: Iterable[Path], max_choices: int = MAX_CHOICES) -> list[Path]:
    """Take one option of each demand so that hops, then depth, then fields are fewest.

    ``given`` are paths that cost nothing, being there anyway. The answer keeps the order of demands.
    """
    demands = list(demands)
    ledger = Ledger(given)
    answers: dict[int, Path] = {}
    open_demands: dict[object, list[int]] = {}
    for number, options in enumerate(demands):
        if len(options) == 1:
            answers[number] = options[0]
            ledger.take(options[0])
        else:
            open_demands.setdefault(_signature(options), []).append(number)
    groups = _take_free([(numbers, demands[numbers[0]]) for numbers in open_demands.values()], ledger)
    chosen = {id(numbers): way for numbers, way in groups.taken}
    if groups.left:
        search = Search([options for _, options in groups.left], ledger, max_choices)
        chosen |= {id(n): way for (n, _), way in zip(groups.left, search.run(), strict=True)}
    for numbers in open_demands.values():
        for number in numbers:
            answers[number] = demands[number][chosen[id(numbers)]]
    return [answers[number] for number in range(len(demands))]


def price(paths: Iterable[Path]) -> int:
    """Add up what paths cost together."""
    ledger = Ledger(())
    for path in paths:
        ledger.take(path)
    return ledger.cost


def _signature(options: Options) -> object:
    """Siblings whose options start from the same paths are one decision."""
    return tuple((id(o.parent), o.conditions, o.node is None or id(o)) for o in options)


class Ledger:
    """Which paths and hops are paid for."""

    def __init__(self, given: Iterable[Path]) -> None:
        self._paths = set(given)
        self._hops: set[Hop] = {p.hop for p in self._paths if p.hop is not None}
        self.cost = 0

    def take(self, path: Path) -> list[Path | Hop]:
        """Pay for a path and what it needs; returns what is new, for ``give_back``."""
        trail: list[Path | Hop] = []
        pending: list[Path | None] = [path]
        while pending:
            at = pending.pop()
            while at is not None and at not in self._paths:
                self._paths.add(at)
                trail.append(at)
                self.cost += at.cost
                if at.hop is not None and at.hop not in self._hops:
                    self._hops.add(at.hop)
                    trail.append(at.hop)
                    self.cost += at.hop.cost
                pending.extend(at.conditions)
                at = at.parent
        return trail

    def give_back(self, trail: list[Path | Hop]) -> None:
        """Undo ``take``."""
        for item in trail:
            self.cost -= item.cost
            if isinstance(item, Path):
                self._paths.discard(item)
            else:
                self._hops.discard(item)

    def price(self, path: Path) -> tuple[int, bool]:
        """What a path would cost now, and whether it would need another fetch."""
        before = self.cost
        trail = self.take(path)
        price = self.cost - before
        self.give_back(trail)
        return price, any(isinstance(item, Hop) for item in trail)


class _Groups:
    def __init__(self) -> None:
        self.taken: list[tuple[list[int], int]] = []
        self.left: list[tuple[list[int], Options]] = []


def _take_free(pending: list[tuple[list[int], Options]], ledger: Ledger) -> _Groups:
    """Take what needs no further fetch: no other option can be better."""
    groups = _Groups()
    progress = True
    while progress and pending:
        progress, groups.left = False, []
        for numbers, options in pending:
            prices = [ledger.price(option) for option in options]
            free = [(price, i) for i, (price, hops) in enumerate(prices) if not hops]
            if free:
                way = min(free)[1]
                ledger.take(options[way])
                groups.taken.append((numbers, way))
                progress = True
            else:
                groups.left.append((numbers, options))
        pending = groups.left
    return groups


class Search:
    """Depth first through the open decisions, the cheapest option first, cut where the best is reached."""

    def __init__(self, groups: Sequence[Options], ledger: Ledger, max_choices: int) -> None:
        self._groups = groups
        self._ledger = ledger
        self._left = max_choices
        self._best_cost: int | None = None
        self._best: list[int] = []
        self._ways: list[int] = []

    def run(self) -> list[int]:
        """Return the number of the option to take of each group."""
        stack = [self._branches(0)]
        trails: list[list[Path | Hop]] = []
        while stack:
            if len(trails) == len(stack):
                self._ledger.give_back(trails.pop())
                self._ways.pop()
            if not stack[-1] or (self._left <= 0 and self._best_cost is not None):
                stack.pop()
                continue
            way = stack[-1].pop()
            trails.append(self._ledger.take(self._groups[len(stack) - 1][way]))
            self._ways.append(way)
            self._left -= 1
            if len(self._ways) < len(self._groups):
                stack.append(self._branches(len(self._ways)) if self._is_promising() else [])
            elif self._is_promising():
                self._best_cost, self._best = self._ledger.cost, list(self._ways)
        return self._best

    def _is_promising(self) -> bool:
        return self._best_cost is None or self._ledger.cost < self._best_cost

    def _branches(self, number: int) -> list[int]:
        """Number the options, dearest first (they are popped from the end)."""
        prices = [self._ledger.price(option)[0] for option in self._groups[number]]
        return sorted(range(len(prices)), key=lambda i: (-prices[i], -i))
