"""The whole router over real HTTP subgraphs: composed, planned, run in the mode that a test wants."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from router.composition import SubgraphSource, compose
from router.execution.deferred import IncrementalSpec
from router.server.streaming.run_stream import close_events
from router.traffic.build_engine import build_engine
from router.traffic.engine import Engine
from router.traffic.messages import GraphQLRequest, SingleResult, StreamResult
from router.traffic.settings import EngineSettings
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs

HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@shareable", '
    '"@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", '
    '"@context", "@fromContext"])\n'
)


@dataclass
class Gateway:
    """The router of one test."""

    engine: Engine

    async def ask(self, text: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation; gives the response."""
        result = await self.engine.execute(GraphQLRequest(text, variables=variables))
        assert isinstance(result, SingleResult)
        response: dict[str, Any] = json.loads(result.body)
        return response

    async def events(self, text: str) -> AsyncGenerator[dict[str, Any]]:
        """Subscribe; gives each response, or the one that refuses."""
        result = await self.engine.execute(GraphQLRequest(text, allow=frozenset({"subscription"})))
        if isinstance(result, SingleResult):
            yield json.loads(result.body)
            return
        async with aclosing(_decoded(result)) as responses:
            async for response in responses:
                yield response

    async def ask_in_parts(
        self, text: str, spec: IncrementalSpec, variables: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run an operation for a client that takes deferred parts; gives all payloads."""
        return await payloads_of(self.engine, GraphQLRequest(text, variables=variables, incremental=spec))

    async def first_part(self, text: str) -> tuple[dict[str, Any], AsyncGenerator[dict[str, Any]]]:
        """Run an operation up to its first payload; gives it, and the rest to come."""
        result = await self.engine.execute(GraphQLRequest(text, incremental="20220824"))
        assert isinstance(result, StreamResult)
        payloads = _decoded(result)
        return await anext(payloads), payloads


async def _decoded(result: StreamResult) -> AsyncGenerator[dict[str, Any]]:
    try:
        async for payload in result.events:
            yield json.loads(payload)
    finally:
        await close_events(result.events)


async def payloads_of(engine: Engine, request: GraphQLRequest) -> list[dict[str, Any]]:
    """Run a request; gives its response, or the payloads that it comes in."""
    result = await engine.execute(request)
    if isinstance(result, SingleResult):
        return [json.loads(result.body)]
    return [json.loads(payload) async for payload in result.events]


def supergraph_of(subgraphs: Mapping[str, TestSubgraph], urls: Mapping[str, str]) -> str:
    """Compose subgraphs; their SDLs come without the link to Federation."""
    sources = [SubgraphSource(name, urls[name], HEADER + each.sdl) for name, each in subgraphs.items()]
    composition = compose(sources)
    assert composition.supergraph_sdl is not None, [str(error) for error in composition.errors]
    return composition.supergraph_sdl


@asynccontextmanager
async def gateway(
    subgraphs: Mapping[str, TestSubgraph],
    settings: EngineSettings,
    elsewhere: Mapping[str, str] | None = None,
) -> AsyncIterator[Gateway]:
    """Serve subgraphs and build a router over them; those ``elsewhere`` are asked at other URLs."""
    async with serve_subgraphs(subgraphs) as urls:
        engine = build_engine(supergraph_of(subgraphs, urls | dict(elsewhere or {})), settings)
        try:
            yield Gateway(engine)
        finally:
            await engine.aclose()
