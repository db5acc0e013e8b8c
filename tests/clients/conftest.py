"""A real router over two Strawberry subgraphs, and Node with the clients' packages."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from router.composition import SubgraphSource, compose
from router.observation.metrics import NoMetrics
from router.settings import RouterSettings
from router.supply.engine_settings import engine_builder
from tests.router.server.conftest import running
from tests.router.server.running import running_app

from .subgraphs import PRODUCTS, REVIEWS, app_of

HERE = Path(__file__).parent
RunNode: TypeAlias = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="session")
async def url() -> AsyncIterator[str]:
    """The router's address."""
    sockets: Literal["websockets-sansio"] = "websockets-sansio"
    async with (
        running_app(app_of(PRODUCTS), ws=sockets) as products,
        running_app(app_of(REVIEWS), ws=sockets) as reviews,
    ):
        sources = [
            SubgraphSource("products", f"http://127.0.0.1:{products}/graphql", PRODUCTS.as_str()),
            SubgraphSource("reviews", f"http://127.0.0.1:{reviews}/graphql", REVIEWS.as_str()),
        ]
        composition = compose(sources)
        assert composition.supergraph_sdl is not None, composition.errors
        engine = engine_builder(RouterSettings())(composition.supergraph_sdl, NoMetrics())
        async with running(engine, {}) as server:
            yield server.url
            await server.context.engines.aclose()


@pytest.fixture(scope="session")
async def packages() -> Path:
    """Node's packages, from the lock file."""
    if shutil.which("npm") is None:
        pytest.skip("Node.js is not installed (apt-get install nodejs npm): its clients are not tested")
    done = HERE / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        installing = await asyncio.create_subprocess_exec(
            "npm", "ci", "--no-audit", "--no-fund", cwd=HERE, stdout=asyncio.subprocess.DEVNULL
        )
        assert await installing.wait() == 0, "npm ci failed"
    return HERE


@pytest.fixture
async def node(packages: Path, url: str) -> RunNode:
    """Run a script of this folder against the router; gives the JSON it prints."""

    async def run(script: str, *arguments: str) -> Any:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "node", script, url, *arguments, cwd=packages, stdout=pipe, stderr=pipe
        )
        try:
            output, errors = await asyncio.wait_for(process.communicate(), 60)
        except TimeoutError:
            process.kill()
            raise
        assert process.returncode == 0, errors.decode()
        return json.loads(output)

    return run
