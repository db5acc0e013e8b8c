"""The router over real HTTP subgraphs must equal one schema that holds the whole graph.

Random graphs, data, operations and failures; interpreted and compiled must agree. A long run:

    make differential CASES=5000
    python -m tests.router.differential --seed 1234 --shrink      one graph again, made as small as it fails
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.router.differential.case import Servers
from tests.router.differential.run_case import run_case
from tests.router.differential.serve_graph import serve_graphs

SLOW = {20, 21, 30}
"""Graphs whose operations take ten times as long to plan: for long runs."""

SEEDS = [seed for seed in range(53) if seed not in SLOW]


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[Servers]:
    async with serve_graphs() as (url, services):
        yield Servers(url, services)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_router_equals_one_schema_of_the_whole_graph(seed: int, servers: Servers) -> None:
    await run_case(seed, servers)
