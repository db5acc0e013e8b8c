"""Operation → query plan: the only assembler of the stages.

::

    Operation + Variant
      normalise      → selections without conditions        router/operation
      split_deferred → what is answered first, and deferred parts
      Explorer       → demands: the ways to every leaf      router/query_graph
      choose         → the cheapest combination of paths
      FetchGraph     → steps and what they wait for
      Representer    → what entity fetches send
      Projector      → how the response is read
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from graphql import GraphQLSchema

from ..operation import Operation, OperationError, Selections, normalise, split_deferred
from ..query_graph import Budget, BudgetExceeded, Explorer, Unreachable, build_graph
from ..supergraph import Supergraph
from .emit_fetches import FetchEmitter
from .errors import PlanningError
from .fetch_graph import FetchGraph
from .labels import Labels
from .outline import outline
from .plan import QueryPlan
from .project import Projector
from .represent import Representer
from .settings import PlannerSettings
from .split_introspection import split_introspection
from .take_steps import take_deferred, take_steps


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
        self._labels = Labels(supergraph)
        self._representer = Representer(self._graph)
        self._projector = Projector(self._graph, schema)

    def labels_for(self, operation: Operation) -> frozenset[str]:
        """Name the ``@override`` labels that may change the operation's plan."""
        return self._labels.of(operation)

    def plan(self, operation: Operation, variant: Variant | None = None) -> QueryPlan:
        """Plan one variant of an operation. Raises PlanningError."""
        variant = variant or Variant()
        try:
            return self._planned(operation, variant, self._normalised(operation, variant))
        except BudgetExceeded:
            raise PlanningError("PLANNING_BUDGET_EXCEEDED", "The operation is too complex to plan.") from None
        except Unreachable as error:
            if operation.has_deferred and variant.defer:  # a server need not defer
                return self.plan(operation, replace(variant, defer=False))
            raise PlanningError(
                "UNREACHABLE_FIELD", f"No subgraph can answer {error.parent}.{error.field} here."
            ) from error

    def _planned(self, operation: Operation, variant: Variant, selections: Selections) -> QueryPlan:
        budget = Budget(self._settings.max_paths, self._settings.max_seconds)
        with closing(Explorer(self._graph, variant.labels, budget)) as explorer:
            return self._explored(operation, explorer, selections)

    def _explored(self, operation: Operation, explorer: Explorer, selections: Selections) -> QueryPlan:
        asked, introspected = split_introspection(selections, operation)
        asked, parts = split_deferred(asked) if operation.has_deferred else (asked, [])
        position = explorer.root(operation.kind)
        graph = FetchGraph({variable.name for variable in operation.variables})
        take_steps(explorer, operation.kind, position, asked, graph, self._settings.max_choices)
        if parts:
            take_deferred(explorer, operation.kind, position, parts, graph, self._settings.max_choices)
        fetches = FetchEmitter(self._graph, self._representer, operation).emit(graph)
        return QueryPlan(
            kind=operation.kind,
            fetches=fetches,
            response=self._projector.project(
                selections, position, self._supergraph.roots[operation.kind], explorer.budget
            ),
            introspection=introspected,
            outline=outline(asked, parts, fetches) if parts else None,
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
                defer=variant.defer,
            )
        except OperationError as error:
            raise PlanningError(error.code, error.message) from error
