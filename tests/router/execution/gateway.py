"""The whole router over real HTTP subgraphs: composed, planned, run in the mode that a test wants."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from router.composition import SubgraphSource, compose
from router.traffic.build_engine import build_engine
from router.traffic.engine import Engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs

HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", '
    '"@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible"])\n'
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


def supergraph_of(subgraphs: Mapping[str, TestSubgraph], urls: Mapping[str, str]) -> str:
    """Compose subgraphs; their SDLs come without the link to Federation."""
    sources = [SubgraphSource(name, urls[name], HEADER + each.sdl) for name, each in subgraphs.items()]
    composition = compose(sources)
    assert composition.supergraph_sdl is not None, [str(error) for error in composition.errors]
    return composition.supergraph_sdl


@asynccontextmanager
async def gateway(subgraphs: Mapping[str, TestSubgraph], settings: EngineSettings) -> AsyncIterator[Gateway]:
    """Serve subgraphs and build a router over them."""
    async with serve_subgraphs(subgraphs) as urls:
        engine = build_engine(supergraph_of(subgraphs, urls), settings)
        try:
            yield Gateway(engine)
        finally:
            await engine.aclose()
