"""Selections at operation paths → demands: for every leaf the paths that could answer it.

The assembler of those who take part; they share an ``Exploration``::

    SelectionWalk   a selection set beside all paths to its object      walk_selections
      FieldFinder   one more field: here, or where the entity is too    find_fields
        Lookups     the same entity in other subgraphs, by its keys     look_up
          Resolver  the values that are needed to get there             resolve_values
            └ walks the field sets of keys and requirements in turn

Satisfiability asks the same question with other words: a selection that raises ``Unreachable`` cannot be
answered by any plan. ::

    explorer = Explorer(graph)
    explorer.explore(explorer.start("query"), selections)    # raises Unreachable(type, field)
    explorer.options(paths, field)                           # the ways to one more field, [] if none
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..operation import Field, Selections
from ..supergraph import RootKind
from .budget import Budget
from .exploration import Exploration
from .find_fields import FieldFinder
from .graph import Node, QueryGraph
from .look_up import Lookups
from .paths import Path, Position
from .resolve_values import Resolver
from .walk_selections import SelectionWalk


class Explorer:
    """Finds paths; one for each plan, as paths remember what was found beyond them."""

    def __init__(
        self, graph: QueryGraph, labels: frozenset[str] = frozenset(), budget: Budget | None = None
    ) -> None:
        self._state = state = Exploration(graph, labels, budget or Budget())
        self._resolver = resolver = Resolver(state)
        lookups = Lookups(state, resolver)
        self._fields = FieldFinder(state, lookups, resolver)
        self._walk = SelectionWalk(state, self._fields, lookups)
        resolver.bind(self._walk, self._fields)

    def close(self) -> None:
        """Untie what refers to one another: else all of it waits for the garbage collector."""
        self._resolver.unbind()
        paths = [path.parent for path in self._state.entered if path.parent is not None]
        positions = [path.position for path in paths]
        while paths:
            paths += paths.pop().untie()
        while positions:
            positions += positions.pop().untie()

    @property
    def budget(self) -> Budget:
        """What the plan has left."""
        return self._state.budget

    @property
    def entered(self) -> list[Path]:
        """The root types' paths so far."""
        return self._state.entered

    @property
    def settled(self) -> Set[Path]:
        """The paths that earlier parts' fetches answer."""
        return self._state.settled

    def root(self, kind: RootKind) -> Position:
        """Make the position that the data of an operation begin at."""
        position = Position(None, "", 0)
        position.types.add(self._state.graph.supergraph.roots[kind])
        return position

    def start(
        self, kind: RootKind, position: Position | None = None, subgraph: str | None = None
    ) -> list[Path]:
        """Enter the root type in every subgraph that has it (or in one)."""
        root = Path("root", None, None, position or self.root(kind))
        return [
            self._enter(root, node)
            for node in self._state.graph.roots(kind)
            if subgraph is None or node.subgraph == subgraph
        ]

    def _enter(self, root: Path, node: Node) -> Path:
        path = self._state.grow(root, node.subgraph, "enter", node, root.position)
        path.depth = 1
        path.hop = root.position.hop(node.subgraph, 1, self._state.part)
        self._state.entered.append(path)
        return path

    def begin_part(self, part: int, settled: Set[Path]) -> None:
        """Go on with a deferred part; ``settled`` are the paths that earlier fetches answer.

        A settled path is taken where it answers a field. It is not extended, for that would make the earlier
        fetch larger: the object is looked up again, also in its own subgraph. Only what has no key is.
        """
        self._state.part, self._state.settled = part, settled

    def explore(self, bases: Sequence[Path], selections: Selections) -> list[tuple[Path, ...]]:
        """Give the demands of a selection set on an object; ``bases`` are the paths to it."""
        self._state.demands = []
        self._walk.walk(bases, selections)
        return self._state.demands

    def options(self, bases: Sequence[Path], field: Field) -> list[Path]:
        """Find the ways from any of the paths to one more field."""
        return self._fields.options(bases, field)
