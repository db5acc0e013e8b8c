"""Supergraph SDL and settings → an engine: all stages of the router, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema

from ..execution.errors import ErrorCode
from ..execution.subgraphs import Subgraphs, SubgraphSettings
from ..execution.transport import LeanTransport, SubgraphTransport
from ..execution.transport.address import parse_address
from ..observation.metrics import Metrics, NoMetrics
from ..operation import Operation
from ..planning import Planner, PlannerSettings, PlanningError, Variant, plan_json, print_plan
from ..planning.plan import QueryPlan
from ..supergraph import Supergraph, SupergraphError, api_schema, read_supergraph
from .engine import Engine
from .refuse_protected import refuse_protected
from .rejection import reject
from .settings import EngineSettings

CODES = {
    "DEFER_IN_SUBSCRIPTION": ErrorCode.VALIDATION_FAILED,
    "UNREACHABLE_FIELD": ErrorCode.UNREACHABLE_FIELD,
}
"""Planning errors that are not about the budget."""


def build_engine(
    supergraph_sdl: str,
    settings: EngineSettings | None = None,
    *,
    planner_settings: PlannerSettings | None = None,
    transport: SubgraphTransport | None = None,
    metrics: Metrics | None = None,
) -> Engine:
    """Read a supergraph and make its engine. Raises SupergraphError, AccessNotEnforced among them.

    ``transport`` stands in for our own HTTP client. Call it in a running event loop. ``metrics``: where the
    engine counts what it does.
    """
    settings = settings or EngineSettings()
    supergraph = read_supergraph(supergraph_sdl)
    if settings.access_directives == "refuse":
        refuse_protected(supergraph)
    schema = api_schema(supergraph, defer=True)
    planner = CodedPlanner(supergraph, schema, planner_settings)
    subgraphs = _subgraphs(supergraph, settings, transport)
    return Engine(schema, planner, subgraphs, settings, metrics or NoMetrics())


def _subgraphs(
    supergraph: Supergraph, settings: EngineSettings, transport: SubgraphTransport | None
) -> Subgraphs:
    urls = {name: subgraph.url for name, subgraph in supergraph.subgraphs.items()}
    for name, url in urls.items():
        _check_url(name, url)
    return Subgraphs(
        urls,
        transport or LeanTransport(settings.pool),
        SubgraphSettings(
            timeout=settings.subgraph_timeout,
            timeouts=settings.subgraph_timeouts,
            dedupe=settings.dedupe != "off",
        ),
    )


def _check_url(name: str, url: str) -> None:
    """Refuse now what would fail with every request."""
    try:
        parse_address(url)
    except ValueError as error:
        raise SupergraphError(f"Subgraph {name!r} cannot be called: {error}") from error


class CodedPlanner:
    """The planner as the engine knows it; what can't be planned is a rejection."""

    def __init__(
        self, supergraph: Supergraph, schema: GraphQLSchema, settings: PlannerSettings | None
    ) -> None:
        self._planner = Planner(supergraph, schema, settings)

    def labels(self, operation: Operation) -> tuple[str, ...]:
        """Name the labels that may change the operation's plan."""
        return tuple(sorted(self._planner.labels_for(operation)))

    def plan(self, operation: Operation, variant: Variant) -> QueryPlan:
        """Plan one variant."""
        try:
            return self._planner.plan(operation, variant)
        except PlanningError as error:
            raise reject(CODES.get(error.code, ErrorCode.PLANNING_FAILED), error.message) from error

    def describe(self, plan: QueryPlan) -> Mapping[str, Any]:
        """Give the plan in Apollo's JSON form and as text."""
        return {**plan_json(plan), "text": print_plan(plan)}
