"""Operation paths: how a field of an operation can be reached, as a trie that all paths share.

A ``Path`` is one move after its parent's; two ways that begin alike are the same objects up to where they
part. So what a set of paths costs is what its distinct objects cost, and nothing is ever copied.

A ``Position`` is a place in the merged data (the response key path, without list indexes). Paths of several
subgraphs may lead to one position: a shareable object, or an entity looked up again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..operation import Field, Selections
from ..supergraph import ContextArgument
from .graph import Edge, Node

PathKind: TypeAlias = Literal["root", "enter", "field", "down", "jump"]
Call: TypeAlias = tuple[str, str, str]
"""A field's name, arguments (with a leaf's directives) and shape: equal calls may share a source key."""

# design.md: 1000 a hop, 1 a field. Depth only decides between plans of equally many hops.
HOP_COST = 1000
DEPTH_COST = 20
FIELD_COST = 1


class Hop:
    """A fetch to a subgraph at a position; paths that jump there together pay for it once."""

    __slots__ = ("cost", "subgraph")

    def __init__(self, subgraph: str, depth: int) -> None:
        self.subgraph = subgraph
        self.cost = HOP_COST + DEPTH_COST * depth

    def reached_at(self, depth: int) -> None:
        """Count the shortest way here: paths are not found in the order of their depths."""
        self.cost = min(self.cost, HOP_COST + DEPTH_COST * depth)


class Position:
    """A place in the merged data. ``types`` are the declared types of the objects found there.

    ``needs_typename``: their runtime types matter; ``is_typed``: a fetch asks for them. Below an interface
    object none may: ``{ a ... on T { a } }`` is the same for all types.
    """

    __slots__ = (
        "_calls",
        "_hops",
        "_sources",
        "children",
        "is_typed",
        "lists",
        "needs_typename",
        "parent",
        "source",
        "types",
    )

    def __init__(self, parent: Position | None, source: str, lists: int) -> None:
        self.parent = parent
        self.source = source
        self.lists = lists
        self.types: set[str] = set()
        self.children: dict[str, Position] = {}
        self.needs_typename = False
        self.is_typed = False
        self._sources: dict[str, Call] = {"__typename": ("__typename", "", "")}
        self._calls: dict[Call, str] = {}
        self._hops: dict[tuple[str, int, bool], Hop] = {}

    def source_for(self, key: str | None, call: Call) -> str:
        """Choose the source key of a call: the client's response key if it is free; None takes any."""
        if key is None:
            found = self._calls.get(call)
            if found is not None:
                return found
        wanted = key or call[0]
        source, number = wanted, 1
        while self._sources.setdefault(source, call) != call:
            number += 1
            source = f"{wanted}_{number}"
        self._calls.setdefault(call, source)
        return source

    def find_source(self, key: str | None, call: Call) -> str:
        """Find the source key that ``source_for`` chose."""
        return self.source_for(key, call)

    def child(self, source: str, lists: int, declared: str) -> Position:
        """Step into a composite field."""
        found = self.children.get(source)
        if found is None:
            found = self.children[source] = Position(self, source, lists)
        found.types.add(declared)
        return found

    def hop(self, subgraph: str, depth: int, part: int = 0, *, again: bool = False) -> Hop:
        """Name the fetch to a subgraph here, for a deferred part or the first answer (0).

        ``again`` is one that has to wait for another of its kind.
        """
        found = self._hops.get((subgraph, part, again))
        if found is None:
            found = self._hops[subgraph, part, again] = Hop(subgraph, depth)
        else:
            found.reached_at(depth)
        return found

    def untie(self) -> tuple[Position, ...]:
        """Forget the positions below; gives them."""
        below = tuple(self.children.values())
        self.children.clear()
        return below

    def is_below(self, other: Position) -> bool:
        """Whether ``other`` is on the way here, or here."""
        at: Position | None = self
        while at is not None and at is not other:
            at = at.parent
        return at is other

    def __repr__(self) -> str:
        return f"{self.parent!r}.{self.source}" if self.parent else "$"


@dataclass(frozen=True, slots=True)
class ContextValue:
    """A ``@fromContext`` argument of a field: its value is read at ``ancestor``, by ``selections``."""

    argument: ContextArgument
    ancestor: Path
    selections: tuple[Field, ...]


class Path:
    """One move of an operation path, which ends ``at`` a node; see the module docstring.

    ``conditions`` are the paths of the values that must be fetched before: a key's, or those of
    ``@requires``. ``depth`` counts the fetches that follow one another up to here. A jump's ``key`` is
    what is sent; a field with ``is_required`` has its ``@requires`` sent besides with its parent's key, or
    takes ``contexts``. Such a field below an ``entry`` jump needs its conditions before that jump. ``waves``
    are what was found for the deferred ``part`` (or the first answer, 0). ``is_asked`` marks leaves that the
    first answer has in any case.
    """

    __slots__ = (
        "_children", "at", "computing", "conditions", "contexts", "cost", "depth", "edge", "entry",
        "exhausted", "field", "hop", "is_asked", "is_required", "key", "kind", "node", "parent", "part",
        "position", "source", "waves",
    )  # fmt: skip

    def __init__(self, kind: PathKind, parent: Path | None, node: Node | None, position: Position) -> None:
        self.kind = kind
        self.parent = parent
        self.node = node
        self.at: Node = node  # type: ignore[assignment]  # nobody asks for a leaf's
        self.position = position
        self.source = ""
        self.field: Field | None = None
        self.edge: Edge | None = None
        self.key: Selections | None = None
        self.is_required = False
        self.is_asked = False
        self.entry: Path | None = None
        self.conditions: tuple[Path, ...] = ()
        self.contexts: tuple[ContextValue, ...] = ()
        self.hop: Hop | None = None
        self.cost = 0
        self.depth: int = parent.depth if parent else 0
        self._children: dict[object, Path] = {}
        self.part = 0
        self.waves: list[list[Path]] = []
        self.exhausted = False
        self.computing = False

    def existing(self, key: object) -> Path | None:
        """Find a child by its key."""
        return self._children.get(key)

    def children(self) -> Iterable[Path]:
        """All that was found right beyond this path."""
        return self._children.values()

    def grow(self, key: object, kind: PathKind, node: Node | None, position: Position) -> Path:
        """Add a child."""
        path = self._children[key] = Path(kind, self, node, position)
        return path

    def untie(self) -> tuple[Path, ...]:
        """Forget what was found beyond this path; gives what was right beyond it."""
        beyond = tuple(self._children.values())
        self._children.clear()
        self.waves.clear()
        return beyond

    def wait_for(self, conditions: tuple[Path, ...]) -> None:
        """Make the path follow its conditions."""
        self.conditions = conditions
        self.depth = max([self.depth, *(c.depth for c in conditions)]) + 1

    def __repr__(self) -> str:
        move = self.source if self.kind == "field" else f"{self.kind}:{self.node!r}"
        return f"{self.parent!r}/{move}" if self.parent else "$"
