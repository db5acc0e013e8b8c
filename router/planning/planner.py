"""Operation → query plan: the only assembler of the stages.

::

    Operation + Variant
      normalise      → selections without conditions        router/operation
      Explorer.walk  → demands: the ways to every leaf      router/query_graph
      choose         → the cheapest combination of paths
      FetchGraph     → steps and what they wait for
      Representer    → what entity fetches send
      Projector      → how the response is read
      build_tree     → Sequence and Parallel, for people
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from ..operation import (
    Field,
    Fragment,
    Operation,
    OperationError,
    Selections,
    normalise,
    print_selections,
)
from ..query_graph import Explorer, TooManyPaths, Unreachable, build_graph
from ..supergraph import Supergraph
from .build_tree import build_tree
from .emit_fetches import FetchEmitter
from .errors import PlanningError
from .plan import QueryPlan
from .project import Projector
from .represent import Representer
from .settings import PlannerSettings
from .take_steps import take_steps


@dataclass(frozen=True, slots=True)
class Variant:
    """What is decided before planning: Boolean variables, and the ``@override`` labels that hold."""

    conditions: Mapping[str, bool] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    defer: bool = False
    """Whether the client takes deferred parts; else ``@defer`` means nothing."""


class Planner:
    """Plans operations on one supergraph. Thread-safe: nothing is kept between plans."""

    def __init__(
        self, supergraph: Supergraph, schema: GraphQLSchema, settings: PlannerSettings | None = None
    ) -> None:
        self._supergraph = supergraph
        self._settings = settings or PlannerSettings()
        self._graph = build_graph(supergraph)
        self._representer = Representer(self._graph)
        self._projector = Projector(self._graph, schema)

    def labels_for(self, operation: Operation) -> frozenset[str]:
        """Name the ``@override`` labels that may change the operation's plan."""
        return self._supergraph.labels

    def plan(self, operation: Operation, variant: Variant | None = None) -> QueryPlan:
        """Plan one variant of an operation. Raises PlanningError."""
        variant = variant or Variant()
        selections = self._normalised(operation, variant)
        asked, introspected = _split_introspection(selections, operation)
        try:
            explorer = Explorer(self._graph, variant.labels, self._settings.max_paths)
            position = explorer.root(operation.kind)
            steps = take_steps(explorer, operation.kind, position, asked, self._settings.max_choices)
        except TooManyPaths:
            raise PlanningError("PLANNING_BUDGET_EXCEEDED", "The operation is too complex to plan.") from None
        except Unreachable as error:
            raise PlanningError(
                "UNREACHABLE_FIELD", f"No subgraph can answer {error.parent}.{error.field} here."
            ) from error
        fetches = FetchEmitter(self._graph, self._representer, operation).emit(steps)
        root = self._supergraph.roots[operation.kind]
        return QueryPlan(
            kind=operation.kind,
            fetches=fetches,
            tree=build_tree(fetches),
            response=self._projector.project([selections], position, root),
            introspection=introspected,
        )

    def _normalised(self, operation: Operation, variant: Variant) -> Selections:
        root = self._supergraph.roots[operation.kind]
        try:
            return normalise(
                operation,
                variant.conditions,
                self._supergraph.types,
                root,
                max_selections=self._settings.max_selections,
            )
        except OperationError as error:
            raise PlanningError(error.code, error.message) from error


def _split_introspection(selections: Selections, operation: Operation) -> tuple[Selections, str | None]:
    def is_meta(item: Field | Fragment) -> bool:
        return isinstance(item, Field) and item.name in ("__schema", "__type")

    meta = tuple(item for item in selections if is_meta(item))
    if not meta:
        return selections, None
    used = _variables(meta)
    declared = ",".join(v.text for v in operation.variables if v.name in used)
    text = f"query{f'({declared})' if declared else ''}{print_selections(meta)}"
    return tuple(item for item in selections if not is_meta(item)), text


def _variables(selections: Selections) -> set[str]:
    found = set[str]()
    for item in selections:
        if isinstance(item, Field):
            found |= item.variables
        found |= _variables(item.selections or ())
    return found
