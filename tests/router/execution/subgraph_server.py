"""Real subgraphs for tests: graphql-core schemas with ``_entities``, served over HTTP by uvicorn.

A ``TestSubgraph`` is SDL plus resolvers by coordinate; ``faults`` lets a test break single answers.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    graphql,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.router.execution.certificate import Certificate

Resolver = Callable[..., Any]
Fault = Callable[[dict[str, Any]], Awaitable[Response | None]]

_ENTITIES = """
scalar _Any
union _Entity = {union}
extend type {query} {{ _entities(representations: [_Any!]!): [_Entity]! }}
"""


@dataclass
class TestSubgraph:
    """``entities``: type name → representation → object (a dict) or None, or an exception to raise."""

    __test__ = False

    sdl: str
    resolvers: Mapping[str, Resolver] = field(default_factory=dict)
    entities: Mapping[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)
    fault: Fault | None = None
    alter: Callable[[dict[str, Any]], Response] | None = None
    """Makes something else of a good answer."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def schema(self) -> GraphQLSchema:
        sdl = self.sdl
        if self.entities:
            objects = [name for name in self.entities if f"interface {name} " not in sdl]
            query = re.search(r"schema { query: (\w+)", sdl)
            sdl += _ENTITIES.format(union=" | ".join(objects), query=query[1] if query else "Query")
        schema = build_schema(sdl, assume_valid_sdl=True)  # directives of Federation
        for coordinate, resolver in self.resolvers.items():
            type_name, name = coordinate.split(".")
            type_ = schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            type_.fields[name].resolve = resolver
        if self.entities:
            self._bind_entities(schema)
        return schema

    def _bind_entities(self, schema: GraphQLSchema) -> None:
        assert schema.query_type is not None
        schema.query_type.fields["_entities"].resolve = self._resolve_entities
        union = schema.type_map["_Entity"]
        assert isinstance(union, GraphQLUnionType)

    def _resolve_entities(self, _root: Any, _info: Any, representations: list[dict[str, Any]]) -> list[Any]:
        return [self._entity(representation) for representation in representations]

    def _entity(self, representation: dict[str, Any]) -> Any:
        type_name = representation["__typename"]
        try:
            found = self.entities[type_name](representation)
        except GraphQLError as error:
            return error
        return None if found is None else {"__typename": type_name, **representation, **found}


def _endpoint(subgraph: TestSubgraph) -> Callable[[Request], Awaitable[Response]]:
    schema = subgraph.schema()

    async def answer(request: Request) -> Response:
        payload = json.loads(await request.body())
        subgraph.requests.append(payload)
        subgraph.headers.append(request.headers)
        if subgraph.fault is not None:
            broken = await subgraph.fault(payload)
            if broken is not None:
                return broken
        result = await graphql(
            schema,
            payload["query"],
            {},
            variable_values=payload.get("variables"),
            operation_name=payload.get("operationName"),
        )
        if subgraph.alter is not None:
            return subgraph.alter(_formatted(result))
        return Response(json.dumps(_formatted(result)), media_type="application/json")

    return answer


def _formatted(result: ExecutionResult) -> dict[str, Any]:
    return dict(result.formatted)


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serve_app(
    app: Starlette, tls: Certificate | None = None, log_level: str = "warning"
) -> AsyncIterator[str]:
    """Serve an app on a free port of this process; gives its URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level=log_level, lifespan="off", ws="none")
    if tls is not None:
        config.ssl_certfile, config.ssl_keyfile = tls.pem, str(tls.key)
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    await server.ready.wait()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
        listener.close()


@asynccontextmanager
async def serve_subgraphs(subgraphs: Mapping[str, TestSubgraph]) -> AsyncIterator[dict[str, str]]:
    """Serve subgraphs side by side; gives each one's URL."""
    routes = [
        Route(f"/{name}", _endpoint(subgraph), methods=["POST"]) for name, subgraph in subgraphs.items()
    ]
    async with serve_app(Starlette(routes=routes)) as url:
        yield {name: f"{url}/{name}" for name in subgraphs}
