"""Demands → the cheapest paths that meet them all (branch and bound)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf

from .budget import Budget
from .paths import Hop, Path

# Choices looked at before the best found so far is taken; most operations need fewer than ten.
MAX_CHOICES = 3_000

Options = tuple[Path, ...]
Group = tuple[list[int], Options]
Way = tuple[list[int], int]


def choose(
    demands: Iterable[Options],
    given: Iterable[Path],
    max_choices: int = MAX_CHOICES,
    budget: Budget | None = None,
) -> list[Path]:
    """Take one option of each demand so that hops, then depth, then fields are fewest.

    ``given`` are paths that cost nothing, being there anyway. The answer keeps the order of demands.
    """
    demands, given = list(demands), list(given)
    ledger = Ledger(given, budget or Budget())
    answers: dict[int, Path] = {}
    open_demands: dict[object, list[int]] = {}
    for number, options in enumerate(demands):
        if len(options) == 1:
            answers[number] = options[0]
            ledger.take(options[0])
        else:
            open_demands.setdefault(_signature(options), []).append(number)
    groups = _take_free([(numbers, demands[numbers[0]]) for numbers in open_demands.values()], ledger)
    ways = groups.taken
    for part in _independent(groups.left, ledger):
        search = Search([options for _, options in part], ledger, max_choices)
        for (numbers, options), way in zip(part, search.run(), strict=True):
            ways.append((numbers, way))
            ledger.take(options[way])
        max_choices -= search.choices
    answers |= {number: demands[number][way] for numbers, way in ways for number in numbers}
    if groups.paid:
        ledger = Ledger(given, ledger.budget)
        for path in answers.values():
            ledger.take(path)
        ways = _choose_again(groups.paid, ledger)
        answers |= {number: demands[number][way] for numbers, way in ways for number in numbers}
    return [answers[number] for number in range(len(demands))]


def price(paths: Iterable[Path]) -> int:
    """Add up what paths cost together."""
    ledger = Ledger((), Budget())
    for path in paths:
        ledger.take(path)
    return ledger.cost


def _signature(options: Options) -> object:
    """Siblings whose options start from the same paths are one decision."""
    return tuple((id(o.parent), o.conditions, o.node is None or id(o)) for o in options)


class Ledger:
    """Which paths and hops are paid for."""

    def __init__(self, given: Iterable[Path], budget: Budget) -> None:
        self.budget = budget
        self._paths = set(given)
        self._hops = {p.hop for p in self._paths if p.hop is not None}
        self.cost = 0

    def take(self, path: Path) -> list[Path | Hop]:
        """Pay for a path and what it needs; returns what is new, for ``give_back``."""
        self.budget.tick()
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

    def needs(self, path: Path) -> list[Path | Hop]:
        """List what a path would add now."""
        trail = self.take(path)
        self.give_back(trail)
        return trail


class _Groups:
    def __init__(self) -> None:
        self.taken: list[Way] = []
        self.paid: list[Group] = []
        """Those taken that cost something at the time."""
        self.left: list[Group] = []


def _take_free(pending: list[Group], ledger: Ledger) -> _Groups:
    """Take what needs no further fetch: no option that needs one can be better."""
    groups = _Groups()
    progress = True
    while progress and pending:
        progress, groups.left = False, []
        for numbers, options in pending:
            prices = [ledger.price(option) for option in options]
            free = [(price, i) for i, (price, hops) in enumerate(prices) if not hops]
            if free:
                cost, way = min(free)
                ledger.take(options[way])
                if cost:
                    groups.paid.append((numbers, options))
                else:
                    groups.taken.append((numbers, way))
                progress = True
            else:
                groups.left.append((numbers, options))
        pending = groups.left
    return groups


def _choose_again(groups: Iterable[Group], ledger: Ledger) -> list[Way]:
    """Choose anew what was paid for before all else was decided: another option may be there by now."""
    ways: list[Way] = []
    for numbers, options in groups:
        prices = [ledger.price(option) for option in options]
        way = min(range(len(options)), key=lambda i: (prices[i][1], prices[i][0], i))
        ledger.take(options[way])
        ways.append((numbers, way))
    return ways


def _independent(groups: list[Group], ledger: Ledger) -> list[list[Group]]:
    """Part decisions into sets that share no possible fetch, so that each is searched by itself."""
    parts: list[tuple[set[Hop], list[Group]]] = []
    for group in groups:
        hops = {item for option in group[1] for item in ledger.needs(option) if isinstance(item, Hop)}
        together = [group]
        apart = []
        for known, members in parts:
            if known.isdisjoint(hops):
                apart.append((known, members))
            else:
                hops |= known
                together = [*members, *together]
        parts = [*apart, (hops, together)]
    return [members for _, members in parts]


class Search:
    """Depth first through decisions, the cheapest option first, cut where the best cannot be beaten.

    The bound: what ``k`` decisions could pay for together costs each of them at least a ``k``-th.
    """

    def __init__(self, groups: Sequence[Options], ledger: Ledger, max_choices: int) -> None:
        self._groups = groups
        self._ledger = ledger
        self._left = max_choices
        self.choices = 0
        self._best_cost: float = inf
        self._best: list[int] = []
        self._ways: list[int] = []
        self._start = ledger.cost
        self._shares = _shares(groups, ledger)
        self._least = [min(options) for options in self._shares]

    def run(self) -> list[int]:
        """Return the number of the option to take of each group; leaves the ledger as it was."""
        stack = [self._branches(0)]
        trails: list[list[Path | Hop]] = []
        while stack:
            if len(trails) == len(stack):
                self._ledger.give_back(trails.pop())
                self._ways.pop()
            if not stack[-1] or (self._left <= 0 and self._best):
                stack.pop()
                continue
            way = stack[-1].pop()
            trails.append(self._ledger.take(self._groups[len(stack) - 1][way]))
            self._ways.append(way)
            self._left -= 1
            self.choices += 1
            if len(self._ways) < len(self._groups):
                stack.append(self._branches(len(self._ways)) if self._is_promising() else [])
            elif self._is_promising():
                self._best_cost, self._best = self._ledger.cost - self._start, list(self._ways)
        return self._best

    def _is_promising(self) -> bool:
        if self._ledger.cost - self._start >= self._best_cost:
            return False
        decided = sum(self._shares[i][way] for i, way in enumerate(self._ways))
        return decided + sum(self._least[len(self._ways) :]) < self._best_cost - 0.5

    def _branches(self, number: int) -> list[int]:
        """Number the options, dearest first (they are popped from the end)."""
        prices = [self._ledger.price(option)[0] for option in self._groups[number]]
        return sorted(range(len(prices)), key=lambda i: (-prices[i], -i))


def _shares(groups: Sequence[Options], ledger: Ledger) -> list[list[float]]:
    needs = [[ledger.needs(option) for option in options] for options in groups]
    wanted: Counter[Path | Hop] = Counter()
    for options in needs:
        wanted.update({item for items in options for item in items})
    return [[sum(item.cost / wanted[item] for item in items) for items in options] for options in needs]
