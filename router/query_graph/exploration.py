"""What one plan's exploration has found so far: shared by all who take part in it."""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..operation import Selections
from .budget import Budget
from .completeness import Completeness
from .graph import Node, QueryGraph
from .paths import Path, PathKind, Position

META_FIELDS = ("__schema", "__type")
"""The router answers these itself, at an operation's root."""


class Unreachable(Exception):
    """No subgraph can answer a field from where the operation stands."""

    def __init__(self, parent: str, field: str, paths: Sequence[Path]) -> None:
        super().__init__(f"{parent}.{field} cannot be reached")
        self.parent = parent
        self.field = field
        self.paths = paths


class Exploration:
    """``demands`` are what was walked: one of each demand's options must be taken.

    ``part`` is the deferred part that is explored (0: the first answer), ``settled`` the paths that earlier
    parts' fetches answer. ``internal``: values are looked for that a fetch needs, not the client.
    """

    __slots__ = (
        "budget", "completeness", "demands", "entered", "graph", "internal", "kept", "labels", "part",
        "settled",
    )  # fmt: skip

    def __init__(self, graph: QueryGraph, labels: frozenset[str], budget: Budget) -> None:
        self.graph = graph
        self.labels = labels
        self.budget = budget
        self.completeness = Completeness(graph, labels)
        self.demands: list[tuple[Path, ...]] = []
        self.entered: list[Path] = []
        self.part = 0
        self.settled: Set[Path] = frozenset()
        self.internal = False
        self.kept: list[Selections] = []
        """Selections made on the way: things are remembered by their identity."""

    def grow(self, parent: Path, key: object, kind: PathKind, node: Node | None, position: Position) -> Path:
        """Add a path beyond another, and pay for it."""
        self.budget.spend_path()
        return parent.grow(key, kind, node, position)
