"""The platform in this process, by the tables that `waybill up` starts it from: subgraphs, provider, router;
what works in the background is a process beside it.

So a new process of the platform, or a new variable that connects two, is here without anybody's doing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from router.composition import SubgraphSource, compose
from router.observation.metrics import NoMetrics
from router.settings import RouterSettings
from router.supply.engine_settings import engine_builder
from stack.embedded import Servers
from stack.embedded.ports import free_ports
from stack.platform.addresses import SUBGRAPHS, Addresses
from stack.platform.environment import Databases, platform_environment
from stack.platform.parts import PARTS
from stack.shard_roles import of_subgraph
from tests.router.server.conftest import running as running_router
from tests.subgraphs.common.http_server import served

# Nobody's default: requests that name no marketplace are the operators', who have nothing to sell.
OPERATORS = "walls-operators"
# Strangers try often, and each try must meet the wall and not a limit; nothing may happen by the clock
# between two looks at the rows.
PATIENT = {
    "WAYBILL_TENANT": OPERATORS,
    "WAYBILL_LOGIN_ATTEMPTS": "100000",
    "WAYBILL_ADDRESS_FAILURES": "100000",
    "WAYBILL_ADDRESS_REGISTRATIONS": "100000",
    "WAYBILL_REPORTS_PER_SECOND": "100000",
    "WAYBILL_EVENTS_POLL_SECONDS": "0.2",
    "WAYBILL_ASSIGN_RETRY_SECONDS": "0.5",
    "WAYBILL_OFFER_SECONDS": "3600",
    "WAYBILL_SIMULATOR_DELAY_MS": "0",
    "WAYBILL_LOG_LEVEL": "ERROR",
}
# Their work is by the clock, and no tenant's.
UPKEEP = "subgraphs.common.upkeep.run"
_BACKGROUND = """
import asyncio, importlib, sys
async def main():
    await asyncio.gather(*(importlib.import_module(name).run() for name in sys.argv[1:]))
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Platform:
    """Where everything is, and what the graph is: as clients see it, and each subgraph's own part."""

    servers: Servers
    router_url: str
    subgraph_urls: dict[str, str]
    environment: dict[str, str]
    graph: GraphQLSchema
    parts: dict[str, GraphQLSchema]


def sources(addresses: dict[str, str]) -> list[SubgraphSource]:
    """The subgraphs' own words of themselves."""
    return [SubgraphSource(name, url, sdl_of(name)) for name, url in addresses.items()]


def sdl_of(name: str) -> str:
    sdl: str = import_module(f"subgraphs.{name}.schema").schema.as_str()
    return sdl


@asynccontextmanager
async def running(servers: Servers, folder: Path) -> AsyncIterator[Platform]:
    """All of it, until the `with` ends."""
    provider, *ports = free_ports(1 + len(SUBGRAPHS))
    addresses = Addresses("127.0.0.1", 0, 0, 0, 0, provider, dict(zip(SUBGRAPHS, ports, strict=True)))
    databases = Databases(
        servers.app_shards, servers.system_shards, servers.shards, servers.search, servers.valkey
    )
    environment = PATIENT | platform_environment(addresses, databases, folder / "key.pem")
    async with AsyncExitStack() as stack:
        for app, port in apps(environment, addresses):
            await stack.enter_async_context(served(app, port))
        await stack.enter_async_context(background(environment))
        urls = {name: f"{addresses.subgraph_url(name)}/graphql" for name in SUBGRAPHS}
        composition = compose(sources(urls))
        assert composition.supergraph_sdl is not None, composition.errors
        assert composition.api_sdl is not None
        engine = engine_builder(RouterSettings())(composition.supergraph_sdl, NoMetrics())
        tokens = {"jwks": environment["WAYBILL_JWKS_URL"], "jwt_issuer": "waybill", "jwt_audience": "waybill"}
        router = await stack.enter_async_context(running_router(engine, tokens))
        parts = {name: build_schema(sdl_of(name), assume_valid_sdl=True) for name in SUBGRAPHS}
        graph = build_schema(composition.api_sdl)
        yield Platform(servers, f"{router.url}/graphql", urls, environment, graph, parts)


def apps(environment: dict[str, str], addresses: Addresses) -> list[tuple[Any, int]]:
    """The apps of all processes that answer requests, with their ports."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in of_subgraph(environment).items():
            patch.setenv(name, value)
        for part in PARTS.values():
            if part.kind != "background":
                module, _, factory = part.targets[0].partition(":")
                port = addresses.subgraphs.get(part.name, addresses.provider)
                made.append((getattr(import_module(module), factory)(), port))
    return made


@asynccontextmanager
async def background(environment: dict[str, str]) -> AsyncIterator[None]:
    """What follows events and works jobs off, in a process of its own."""
    modules = [target for part in PARTS.values() if part.kind == "background" for target in part.targets]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _BACKGROUND),
        *(name for name in modules if name != UPKEEP),
        env={**os.environ, **environment},
    )
    try:
        yield
        assert process.returncode is None, "what works in the background has ended by itself"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
