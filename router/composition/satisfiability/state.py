"""What the proof goes through, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from ...query_graph import Node
from .contexts_set import ContextValues

Labels: TypeAlias = frozenset[tuple[str, bool]]
"""Labels of @override that are decided, and how. ``frozenset()``: nothing is known of any request."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A place in the API schema: the query so far is the chain of ``parent``s.

    ``nodes`` are where it may be, ``leaders`` those of them that the others are looked up from. ``step`` is
    the field or type condition that led here; ``contexts`` are what can be read of those set above.
    """

    type: str
    nodes: tuple[Node, ...]
    leaders: tuple[Node, ...]
    parent: State | None
    step: str
    contexts: ContextValues = frozenset()
    labels: Labels = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """A field (None: a type condition, ``type``) that can't be answered at ``state`` under some labels."""

    state: State
    type: str
    field: str | None
    labels: Labels = frozenset()


@dataclass(frozen=True, slots=True)
class SharedReturn:
    """A shared field whose subgraphs return objects of different types; ``disjoint``: of no common one."""

    state: State
    field: str
    types: tuple[tuple[str, frozenset[str]], ...]

    @property
    def disjoint(self) -> bool:
        """Whether no type is possible everywhere."""
        return not frozenset.intersection(*(names for _, names in self.types))


@dataclass(slots=True)
class Proof:
    """The outcome. ``exhausted``: the budget ended before the proof did."""

    failures: list[Failure] = field(default_factory=list)
    shared_returns: list[SharedReturn] = field(default_factory=list)
    mutations: list[Failure] = field(default_factory=list)
    """Shared mutation fields that would have to be called in more than one subgraph."""
    apart: list[Failure] = field(default_factory=list)
    """Interfaces' fields that can be answered type by type only, as each subgraph lacks one of the types'.

    Those of an interface that no type implements can't be at all.
    """
    exhausted: bool = False
