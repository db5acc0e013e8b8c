"""A field set that a fetch needs (a key, a ``@requires``, a context) → the cheapest paths to its leaves."""

from __future__ import annotations

from typing import Protocol

from ..operation import Field, Selections
from .choose import choose
from .exploration import Exploration, Unreachable
from .path_sets import lineage
from .paths import Path


class Walks(Protocol):
    """What walks selections: it needs values resolved, and values are found by walking."""

    def walk(self, bases: list[Path], selections: Selections) -> None:
        """Add the demands of a selection set. Raises Unreachable."""


class FindsLeaves(Protocol):
    """What finds the leaves of an object's own subgraph."""

    def leaf(self, base: Path, field: Field) -> Path | None:
        """Give the path to a leaf, if the subgraph gives it without further ado."""


class Resolver:
    """Remembers what it found; None is not remembered, as it may be that a value waits for itself."""

    def __init__(self, state: Exploration) -> None:
        self._state = state
        self._found: dict[tuple[Path, int], tuple[Path, ...]] = {}
        self._resolving: set[tuple[int, int]] = set()

    def bind(self, walk: Walks, fields: FindsLeaves) -> None:
        """Close the circle: once, before the first use."""
        self._walk = walk
        self._fields = fields

    def unbind(self) -> None:
        """Open the circle again."""
        del self._walk, self._fields

    def resolve(self, base: Path, selections: Selections) -> tuple[Path, ...] | None:
        """Find the cheapest paths for a field set at ``base``; None if it cannot be had."""
        key = (base, id(selections))
        known = self._found.get(key)
        if known is not None:
            return known
        guard = (id(base.at), id(selections))
        if guard in self._resolving:
            return None
        self._resolving.add(guard)
        outer, self._state.demands = self._state.demands, []
        internal, self._state.internal = self._state.internal, True
        try:
            found = self._leaves(base, selections) or self._cheapest(base, selections)
        except Unreachable:
            return None
        finally:
            self._state.demands, self._state.internal = outer, internal
            self._resolving.discard(guard)
        self._found[key] = found
        return found

    def _cheapest(self, base: Path, selections: Selections) -> tuple[Path, ...]:
        self._walk.walk(self._starts(base), selections)
        return tuple(choose(self._state.demands, lineage(base), budget=self._state.budget))

    def _starts(self, base: Path) -> list[Path]:
        """A value at a query's root may be had from every subgraph; a mutation runs where it runs."""
        if base.kind != "enter" or base.at.name != self._state.graph.supergraph.roots["query"]:
            return [base]
        return [base, *(p for p in self._state.entered if p.parent is base.parent and p is not base)]

    def _leaves(self, base: Path, selections: Selections) -> tuple[Path, ...] | None:
        """Take a field set of leaves from the object's own subgraph, as nearly all keys are."""
        found: list[Path] = []
        for item in selections:
            if not isinstance(item, Field) or item.selections is not None or item.name == "__typename":
                return None
            leaf = self._fields.leaf(base, item)
            if leaf is None:
                return None
            found.append(leaf)
        return tuple(found)
