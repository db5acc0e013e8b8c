"""Clients of the router's server over a small schema: in process, and over a real port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import pytest

from router.server.app import create_app
from router.server.exchange.clock import SystemClock
from router.server.exchange.context import ServerContext
from router.server.process.run import DrainingServer, bind, public_config
from router.server.process.serve import make_authenticator
from router.settings import ServerSettings
from router.supply.engines import Engines
from router.traffic.messages import GraphQLEngine
from tests.router.server.schema_engine import SchemaEngine

MakeClient: TypeAlias = Callable[..., httpx.AsyncClient]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server on a real port of this process."""

    port: int
    context: ServerContext
    server: DrainingServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


Serve: TypeAlias = Callable[..., AbstractAsyncContextManager[RunningServer]]


def make_context(engine: GraphQLEngine | None, **given: Any) -> ServerContext:
    clock = given.pop("clock", SystemClock())
    settings = ServerSettings(**{"graphiql": False, **given})
    return ServerContext(settings, Engines(engine), make_authenticator(settings, clock), clock=clock)


@pytest.fixture
def engine() -> SchemaEngine:
    return SchemaEngine()


@pytest.fixture
async def make_client(engine: SchemaEngine) -> AsyncIterator[MakeClient]:
    """Clients of an app with settings of one's own, without a socket."""
    clients: list[httpx.AsyncClient] = []

    def make(**settings: Any) -> httpx.AsyncClient:
        app = create_app(make_context(engine, **settings))
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url="http://router")
        # httpx sends these by itself; a test says what it sends.
        for name in ("accept", "accept-encoding"):
            del client.headers[name]
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def client(make_client: MakeClient) -> httpx.AsyncClient:
    return make_client()


@contextlib.asynccontextmanager
async def running(engine: GraphQLEngine, settings: dict[str, Any]) -> AsyncIterator[RunningServer]:
    context = make_context(engine, drain_timeout=2, **settings)
    listener = bind("127.0.0.1", 0, client_timeout=context.settings.client_timeout)
    started = asyncio.Event()
    config = public_config(create_app(context), context.settings)
    server = DrainingServer(config, context.drain, context.settings.drain_delay, started.set)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    task = asyncio.ensure_future(server.serve([listener]))
    await started.wait()
    try:
        yield RunningServer(listener.getsockname()[1], context, server)
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def serve(engine: SchemaEngine) -> Serve:
    """Run a server on a free port for the length of a ``with``."""
    return lambda **settings: running(engine, settings)


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[RunningServer]:
    """A server of the usual settings, for all tests of a file."""
    async with running(SchemaEngine(), {}) as server:
        yield server


@pytest.fixture(scope="module", params=[True, False], ids=["direct", "ASGI"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[RunningServer]:
    """The same with the short way for plain POSTs, and without."""
    async with running(SchemaEngine(), {"direct_posts": request.param}) as server:
        yield server
