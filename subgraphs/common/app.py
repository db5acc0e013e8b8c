"""From a schema to a served subgraph: one ASGI app with /graphql, /health/live, /health/ready and /metrics.

create_app (subgraphs.<name>.app) ─► build_app(Subgraph) ─► Starlette
request ─► GraphQLEndpoint ─► Context (caller, loaders) ─► Executor ─► resolvers ─► loaders ─► shards
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from .auth import Caller
from .client_address import networks
from .context import Context, Resources
from .execution import (
    CompiledExecutor,
    Executor,
    FederatedSchema,
    Limits,
    StrawberryExecutor,
)
from .http_endpoint import GraphQLEndpoint
from .logs import configure_logs
from .models import TENANTS_SHARD
from .process import RequestConnections, connect_for_requests, remote_verifier
from .readiness import readiness
from .roles import HELD_BACK, ROW_SECURITY_OFF
from .settings import CommonSettings
from .tenants import TENANTS, Asked, Tenants
from .websocket_endpoint import GraphQLWebSocket

logger = logging.getLogger(__name__)

MakeResources = Callable[[RequestConnections], AbstractAsyncContextManager[Resources[Any]]]


@dataclass(frozen=True)
class Subgraph:
    """What `build_app` needs of a subgraph; `resources` replaces the plain ones where it needs more."""

    name: str
    schema: FederatedSchema
    settings: CommonSettings
    resources: MakeResources | None = None
    routes: Sequence[BaseRoute] = ()


def build_app(subgraph: Subgraph) -> Starlette:
    """The ASGI app; `app.state.resources` and `.tenants` are there while its lifespan runs."""
    configure_logs(subgraph.settings.log_level, subgraph.settings.log_format)
    app = Starlette(lifespan=_lifespan(subgraph))

    async def make_context(asked: Asked, request_id: str) -> Context[Any]:
        resources: Resources[Any] = app.state.resources
        caller = await resources.tokens.caller(asked.authorization)
        if caller is None:
            caller = Caller(await app.state.tenants.of_request(asked.tenant, asked.host))
        return Context(resources, caller, request_id, asked)

    app.router.routes.extend(_routes(subgraph, make_context))
    return app


def plain_resources(settings: CommonSettings) -> MakeResources:
    """The resources of a subgraph that needs nothing of its own."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[Resources[Any]]:
        tokens = remote_verifier(settings, connections.http)
        yield Resources(settings, connections.shards, connections.valkey, connections.http, tokens)

    return make


def _lifespan(subgraph: Subgraph) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    make = subgraph.resources or plain_resources(subgraph.settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            connect_for_requests(subgraph.settings) as connections,
            _tenants(connections, subgraph.settings) as tenants,
            make(connections) as resources,
        ):
            app.state.resources, app.state.tenants = resources, tenants
            yield

    return lifespan


@asynccontextmanager
async def _tenants(connections: RequestConnections, settings: CommonSettings) -> AsyncIterator[Tenants]:
    def read() -> Awaitable[Sequence[Any]]:
        return connections.shards.of_nobody().fetch(TENANTS_SHARD, TENANTS, "tenants")

    tenants = Tenants(read, default=settings.tenant, seconds=settings.tenant_seconds)
    tasks = asyncio.create_task(tenants.keep()), asyncio.create_task(_tell_of_one_wall(connections))
    try:
        yield tenants
    finally:
        for task in tasks:
            task.cancel()


async def _tell_of_one_wall(connections: RequestConnections) -> None:
    """Whoever runs us with one role for all is told once: a request's rows are then parted by code alone."""
    try:
        (row,) = await connections.shards.of_nobody().fetch(0, text(HELD_BACK), "roles")
    except Exception as error:  # no server, or no tables yet: others say so, and this is no reason to end
        logger.debug("roles not seen", extra={"reason": type(error).__name__})
        return
    if not row.held_back:
        logger.warning("row-level security holds nobody back", extra={"code": ROW_SECURITY_OFF})


def _routes(subgraph: Subgraph, make_context: Callable[..., Awaitable[Context[Any]]]) -> list[BaseRoute]:
    settings = subgraph.settings
    endpoint = GraphQLEndpoint(
        subgraph.name,
        _executor(subgraph),
        make_context,
        body_max=settings.body_max_bytes,
        slow_ms=settings.slow_request_ms,
        proxies=networks(settings.trusted_proxies),
    )
    return [
        Route("/graphql", endpoint),
        WebSocketRoute(
            "/graphql", GraphQLWebSocket(subgraph.schema, make_context, networks(settings.trusted_proxies))
        ),
        Route("/health/live", _live),
        Route("/health/ready", readiness(subgraph.name)),
        Route("/metrics", _metrics),
        *subgraph.routes,
    ]


def _executor(subgraph: Subgraph) -> Executor:
    schema, settings = subgraph.schema, subgraph.settings
    executor: CompiledExecutor | StrawberryExecutor
    if settings.execution == "stock":
        executor = StrawberryExecutor(schema, limits=_limits(settings))
    else:
        executor = CompiledExecutor(schema, limits=_limits(settings), name=subgraph.name)
    schema.operations, schema.most_representations = executor.operations, settings.representations_max
    return executor


def _limits(settings: CommonSettings) -> Limits:
    return Limits(
        values=settings.answer_max_values,
        size=settings.answer_max_bytes,
        tokens=settings.document_max_tokens,
        length=settings.document_max_length,
        roots=settings.document_max_root_fields,
        remembered=settings.documents_cached,
        remembered_length=settings.documents_cached_length,
    )


async def _live(request: Request) -> Response:
    return JSONResponse({"status": "live"})


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
