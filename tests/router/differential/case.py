"""One random graph as a case: its subgraphs over HTTP, the router in both modes, and the whole schema."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, build_schema, execute_sync, parse

from router.composition import SubgraphSource, compose
from router.execution.deferred import IncrementalSpec
from router.execution.transport import PoolSettings
from router.observation.metrics import NoMetrics
from router.traffic.build_engine import build_engine
from router.traffic.engine import Engine
from router.traffic.messages import GraphQLRequest, GraphQLResult
from router.traffic.settings import EngineSettings, ExecutionMode, OperationLimits
from tests.router.differential.graph import Graph
from tests.router.differential.operation import RandomOperation
from tests.router.differential.print_sdl import full_sdl, whole_sdl
from tests.router.differential.serve_graph import (
    EVENTS,
    BreakAnswer,
    Service,
    event,
    subgraph_schema,
    whole_resolver,
    whole_schema,
)
from tests.router.differential.store import Odds, Store

POOL = PoolSettings(idle_expiry=1.0)
"""Well below the 5 s of uvicorn: it shares this process, which a loaded machine may hold up for seconds."""
LIMITS = OperationLimits(tokens=0, aliases=0, root_fields=0, directives=0)
"""None on how much an operation says: random ones say more than people do."""
ODDS = (Odds(null=0), Odds(), Odds(error=0.05))


class Mismatch(Exception):
    """The router and the whole schema differ. ``kind`` and ``operation`` are of the check that found it."""

    def __init__(self, text: str, kind: str = "", operation: RandomOperation | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.operation = operation


@dataclass
class Servers:
    """Where the subgraphs of all graphs are served."""

    url: str
    services: dict[str, Service]


class StartOvers(NoMetrics):
    """Keeps why compiled runs started over."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def started_over(self, reason: str) -> None:
        """Keep a reason."""
        self.reasons.append(reason)


@dataclass
class Case:
    """``bare`` is the whole schema without resolvers."""

    graph: Graph
    store: Store
    whole: GraphQLSchema
    bare: GraphQLSchema
    services: list[Service]
    engines: dict[ExecutionMode, Engine]
    start_overs: StartOvers

    def break_with(self, break_answer: BreakAnswer) -> None:
        """Let the subgraphs' answers pass through a function."""
        for service in self.services:
            service.break_answer = break_answer

    def forget_requests(self) -> list[set[bytes]]:
        """Give what each subgraph was asked since the last time."""
        asked = [service.requests for service in self.services]
        for service in self.services:
            service.requests = set()
        return asked

    def expected(self, operation: RandomOperation, root: Any = None) -> dict[str, Any]:
        """Answer as the whole schema does."""
        self.store.begin()
        document = parse(operation.text, no_location=True)
        result = execute_sync(self.whole, document, root, variable_values=operation.variables)
        assert isinstance(result, ExecutionResult)
        return dict(result.formatted)

    def expected_events(self, operation: RandomOperation) -> list[dict[str, Any]]:
        """Answer a subscription's events as the whole schema does."""
        return [self.expected(operation, event(number)) for number in range(EVENTS)]

    async def ask(
        self, mode: ExecutionMode, operation: RandomOperation, incremental: IncrementalSpec | None = None
    ) -> GraphQLResult:
        """Let the router answer."""
        self.store.begin()
        request = GraphQLRequest(
            operation.text,
            variables=operation.variables,
            incremental=incremental,
            allow=frozenset({"query", "mutation", "subscription"}),
        )
        return await self.engines[mode].execute(request)


@asynccontextmanager
async def serve_case(seed: int, graph: Graph, servers: Servers) -> AsyncIterator[Case]:
    """Serve a graph; its data follow from the seed."""
    store = Store(seed, graph, ODDS[seed % len(ODDS)])
    sdl = _supergraph(graph, seed, servers.url)
    whole = whole_resolver(graph, store)
    served = {
        f"{seed}-{name}": Service(subgraph_schema(graph, store, whole, name)) for name in graph.subgraphs
    }
    servers.services.update(served)
    modes: tuple[ExecutionMode, ...] = ("interpreted", "compiled")
    start_overs = StartOvers()
    engines = {mode: build_engine(sdl, _settings(mode, graph), metrics=start_overs) for mode in modes}
    bare = build_schema(whole_sdl(graph))
    try:
        yield Case(
            graph, store, whole_schema(graph, whole), bare, list(served.values()), engines, start_overs
        )
    finally:
        for engine in engines.values():
            await engine.aclose()
        for name in served:
            del servers.services[name]


def _settings(mode: ExecutionMode, graph: Graph) -> EngineSettings:
    return EngineSettings(execution=mode, pool=POOL, limits=LIMITS, override_labels=graph.overriding)


def _supergraph(graph: Graph, seed: int, url: str) -> str:
    sources = [
        SubgraphSource(name, f"{url}/{seed}-{name}", full_sdl(graph, name)) for name in graph.subgraphs
    ]
    composition = compose(sources)
    if composition.supergraph_sdl is None:
        errors = json.dumps([str(error) for error in composition.errors], indent=1)
        raise Mismatch(f"does not compose: {errors}")
    return composition.supergraph_sdl
