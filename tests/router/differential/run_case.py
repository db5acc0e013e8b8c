"""One random case: a graph, its subgraphs over HTTP, the router in both modes, and a few operations.

Enters: a seed. Raises ``Mismatch``, which tells all that is needed to see it again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync

from router.composition import SubgraphSource, compose
from router.execution.deferred import IncrementalSpec
from router.execution.transport import PoolSettings
from router.traffic.build_engine import build_engine
from router.traffic.engine import Engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.differential.chaos import BreakAnswer, broken_transport, broken_values
from tests.router.differential.compare import beyond, difference, misfit, stray_paths, unexplained
from tests.router.differential.graph import HEADER, Graph
from tests.router.differential.operation import RandomOperation, random_operation
from tests.router.differential.random_graph import random_graph
from tests.router.differential.serve_graph import Service, subgraph_schema, whole_schema
from tests.router.differential.store import Odds, Store
from tests.router.execution.gateway import payloads_of
from tests.router.execution.merge_increments import merge_payloads

OPERATIONS = 8
DEFERRED = 4
"""How many more are asked for in parts."""
BROKEN = 3
"""How many more are run in each way of breaking the subgraphs, and one in parts."""
POOL = PoolSettings(idle_expiry=1.0)
"""Well below the 5 s of uvicorn: it shares this process, which a loaded machine may hold up for seconds."""
SPECS: tuple[IncrementalSpec, ...] = ("20220824", "v0.2")
ODDS = (Odds(null=0), Odds(), Odds(error=0.05))


class Mismatch(Exception):
    """The router and the whole schema differ."""


@dataclass
class Case:
    """``bare`` is the whole schema without resolvers."""

    graph: Graph
    store: Store
    whole: GraphQLSchema
    bare: GraphQLSchema
    services: list[Service]
    engines: dict[str, Engine]

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


async def run_case(seed: int, url: str, services: dict[str, Service]) -> None:
    """Compare a graph's operations."""
    random = Random(seed)
    graph = random_graph(random)
    async with _case(seed, graph, url, services) as case:
        for _ in range(OPERATIONS):
            await _compare(case, random_operation(random, case.whole))
        for _ in range(DEFERRED):
            await _compare_deferred(case, random_operation(random, case.whole, deferred=True))
        for break_answer in (broken_transport(seed, 0.3), broken_values(seed, 0.08)):
            case.break_with(break_answer)
            for _ in range(BROKEN):
                await _compare_broken(
                    case, random_operation(random, case.whole, typenames=True), break_answer
                )
            await _compare_deferred(case, random_operation(random, case.whole, deferred=True), broken=True)


@asynccontextmanager
async def _case(seed: int, graph: Graph, url: str, services: dict[str, Service]) -> AsyncIterator[Case]:
    store = Store(seed, graph, ODDS[seed % len(ODDS)])
    served = {f"{seed}-{name}": Service(subgraph_schema(graph, store, name)) for name in graph.subgraphs}
    services.update(served)
    sdl = _supergraph(graph, seed, url)
    engines = {
        "interpreted": build_engine(sdl, EngineSettings(execution="interpreted", pool=POOL)),
        "compiled": build_engine(sdl, EngineSettings(execution="compiled", pool=POOL)),
    }
    bare = build_schema(graph.whole_sdl())
    try:
        yield Case(graph, store, whole_schema(graph, store), bare, list(served.values()), engines)
    finally:
        for engine in engines.values():
            await engine.aclose()
        for name in served:
            del services[name]


def _supergraph(graph: Graph, seed: int, url: str) -> str:
    sources = [
        SubgraphSource(name, f"{url}/{seed}-{name}", HEADER + graph.subgraph_sdl(name))
        for name in graph.subgraphs
    ]
    composition = compose(sources)
    if composition.supergraph_sdl is None:
        sdls = "\n".join(f"# {source.name}\n{source.sdl}" for source in sources)
        raise Mismatch(f"does not compose: {[str(error) for error in composition.errors]}\n{sdls}")
    return composition.supergraph_sdl


async def _compare(case: Case, operation: RandomOperation) -> None:
    expected = _whole_answer(case, operation)
    actual = await _both(case, operation)
    found = difference(expected, actual, extra_errors=case.graph.has_requirements)
    if found is not None:
        raise Mismatch(_report(found, operation, expected, actual))


async def _compare_deferred(case: Case, operation: RandomOperation, *, broken: bool = False) -> None:
    """All increments together must be the whole answer; where a null stops tells them apart after errors."""
    expected = _whole_answer(case, operation)
    for spec in SPECS:
        case.store.begin()
        request = GraphQLRequest(operation.text, variables=operation.variables, incremental=spec)
        payloads = await payloads_of(case.engines["compiled"], request)
        try:
            merged = merge_payloads(payloads)
        except (AssertionError, LookupError, TypeError) as error:
            raise Mismatch(_report(f"{spec} {error!r}", operation, expected, payloads)) from error
        if broken:
            found = beyond(expected["data"], merged["data"], whole=False)
            if found is not None:
                raise Mismatch(_report(f"{spec} {found}", operation, expected, payloads))
            continue
        stray = merged["errors"] and not case.graph.has_requirements
        if "errors" not in expected and (merged["data"] != expected["data"] or stray):
            raise Mismatch(_report(f"{spec} in parts", operation, expected, payloads))


async def _compare_broken(case: Case, operation: RandomOperation, break_answer: BreakAnswer) -> None:
    expected = _whole_answer(case, operation)
    actual = await _both(case, operation)
    found = (
        beyond(expected["data"], actual["data"])
        or misfit(case.bare, operation.text, operation.variables, actual["data"])
        or _listed("errors lead nowhere", stray_paths(actual))
    )
    if found is None and "transport" in break_answer.__qualname__:
        found = _listed("no error explains", unexplained(expected["data"], actual))
    if found is not None:
        raise Mismatch(_report(found, operation, expected, actual))


def _listed(what: str, paths: list[Any]) -> str | None:
    return f"{what}: {paths}" if paths else None


def _whole_answer(case: Case, operation: RandomOperation) -> dict[str, Any]:
    case.store.begin()
    return dict(graphql_sync(case.whole, operation.text, variable_values=operation.variables).formatted)


async def _both(case: Case, operation: RandomOperation) -> dict[str, Any]:
    """Answer in both modes, which must agree; gives their answer.

    What breaks depends on the requests, and these may be combined in other ways: then they need not agree.
    """
    (interpreted, asked), (compiled, asked_too) = [
        (await _answer(case, engine, operation), case.forget_requests()) for engine in case.engines.values()
    ]
    if asked == asked_too and settled(interpreted) != settled(compiled):
        raise Mismatch(_report("interpreted and compiled differ", operation, interpreted, compiled))
    return compiled


async def _answer(case: Case, engine: Engine, operation: RandomOperation) -> dict[str, Any]:
    case.store.begin()
    result = await engine.execute(GraphQLRequest(operation.text, variables=operation.variables))
    assert isinstance(result, SingleResult)
    answer: dict[str, Any] = json.loads(result.body)
    if result.rejected:
        raise Mismatch(_report("rejected", operation, None, answer))
    return answer


def settled(response: dict[str, Any]) -> Any:
    """Forget the order of errors, which is that of the answers' arrival; keep that of keys."""
    errors = sorted(map(str, response.get("errors", ())))
    return json.dumps(response["data"]), errors


def _report(found: str, operation: RandomOperation, expected: Any, actual: Any) -> str:
    return "\n".join(
        (found, operation.text, f"variables {operation.variables}", f"want {expected}", f"have {actual}")
    )
