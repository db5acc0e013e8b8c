"""The router over real HTTP subgraphs must equal one schema that holds the whole graph.

Random graphs, data and operations; interpreted and compiled must agree to the byte. A long run:

    WAYBILL_DIFFERENTIAL_GRAPHS=5000 python -m pytest tests/router/differential
    WAYBILL_DIFFERENTIAL_SEED=1234 …          one graph again, with all it prints
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql_sync

from router.composition import SubgraphSource, compose
from router.traffic.build_engine import build_engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.differential.compare import difference
from tests.router.differential.graph import HEADER, Graph, random_graph
from tests.router.differential.operation import RandomOperation, random_operation
from tests.router.differential.serve_graph import serve_graphs, subgraph_schema, whole_schema
from tests.router.differential.store import Odds, Store

GRAPHS = int(os.environ.get("WAYBILL_DIFFERENTIAL_GRAPHS", "60"))
ONLY = os.environ.get("WAYBILL_DIFFERENTIAL_SEED")
SEEDS = [int(ONLY)] if ONLY else range(GRAPHS)
OPERATIONS = 12
ODDS = (Odds(null=0), Odds(), Odds(error=0.05))


@dataclass
class Server:
    url: str
    schemas: dict[str, GraphQLSchema]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Server]:
    async with serve_graphs() as (url, schemas):
        yield Server(url, schemas)


def supergraph_of(graph: Graph, seed: int, url: str) -> str:
    sources = [
        SubgraphSource(name, f"{url}/{seed}-{name}", HEADER + graph.subgraph_sdl(name))
        for name in graph.subgraphs
    ]
    composition = compose(sources)
    assert composition.supergraph_sdl is not None, [str(error) for error in composition.errors]
    return composition.supergraph_sdl


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_router_equals_one_schema_of_the_whole_graph(seed: int, server: Server) -> None:
    random = Random(seed)
    graph = random_graph(random)
    odds = ODDS[seed % len(ODDS)]
    store = Store(seed, graph, odds)
    whole = whole_schema(graph, store)
    for name in graph.subgraphs:
        server.schemas[f"{seed}-{name}"] = subgraph_schema(graph, store, name)
    sdl = supergraph_of(graph, seed, server.url)
    interpreting = build_engine(sdl, EngineSettings(execution="interpreted"))
    compiling = build_engine(sdl, EngineSettings(execution="compiled"))
    try:
        for _ in range(OPERATIONS):
            operation = random_operation(random, whole)
            expected = graphql_sync(whole, operation.text, variable_values=operation.variables).formatted
            request = GraphQLRequest(operation.text, variables=operation.variables)
            interpreted = await answer(interpreting, request)
            compiled = await answer(compiling, replace(request))
            assert settled(interpreted) == settled(compiled), report("", operation, interpreted, compiled)
            found = difference(dict(expected), json.loads(compiled), extra_errors=graph.has_requirements)
            assert found is None, report(found, operation, expected, json.loads(compiled))
    finally:
        await interpreting.aclose()
        await compiling.aclose()
        for name in graph.subgraphs:
            del server.schemas[f"{seed}-{name}"]


def settled(body: bytes) -> Any:
    """Forget the order of errors: it is that of the answers' arrival."""
    response = json.loads(body)
    response["errors"] = sorted(response.get("errors", ()), key=str)
    return response


async def answer(engine: Any, request: GraphQLRequest) -> bytes:
    result = await engine.execute(request)
    assert isinstance(result, SingleResult)
    return result.body


def report(found: str, operation: RandomOperation, expected: Any, actual: Any) -> str:
    return "\n".join(
        (found, operation.text, f"variables {operation.variables}", f"want {expected}", f"have {actual}")
    )
