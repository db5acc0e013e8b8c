"""A random graph's subgraphs over real HTTP, and the one schema that holds everything.

Both resolve from the same ``Store``. A field with ``@requires`` answers with what it was given, so that a
missing or wrong value shows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    graphql_sync,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.router.differential.graph import Graph
from tests.router.differential.store import Source, Store
from tests.router.execution.subgraph_server import serve_app

_FEDERATION = """
directive @key(fields: String!) repeatable on OBJECT
directive @shareable on OBJECT | FIELD_DEFINITION
directive @external on FIELD_DEFINITION
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @override(from: String!) on FIELD_DEFINITION
scalar _Any
"""
_ENTITIES = """
union _Entity = {members}
extend type Query {{ _entities(representations: [_Any!]!): [_Entity]! }}
"""
_KEYS = ("id", "code", "zone")


def whole_schema(graph: Graph, store: Store) -> GraphQLSchema:
    """The graph as a single server has it."""
    schema = build_schema(graph.whole_sdl())
    _bind(schema, graph, store, whole=True)
    return schema


def subgraph_schema(graph: Graph, store: Store, name: str) -> GraphQLSchema:
    """One subgraph, with ``_entities``."""
    members = " | ".join(entity.name for entity in graph.entities.values() if name in entity.keys)
    sdl = graph.subgraph_sdl(name) + _FEDERATION
    if members:
        sdl += _ENTITIES.format(members=members)
    schema = build_schema(sdl)
    _bind(schema, graph, store, whole=False)
    if members:
        assert schema.query_type is not None
        schema.query_type.fields["_entities"].resolve = lambda _root, _info, representations: [
            store.find(representation) for representation in representations
        ]
    return schema


def _bind(schema: GraphQLSchema, graph: Graph, store: Store, *, whole: bool) -> None:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                if name != "_entities":
                    field.resolve = _resolver(graph, store, type_.name, name, field, whole=whole)


def _resolver(
    graph: Graph, store: Store, type_name: str, name: str, field: GraphQLField, *, whole: bool
) -> Any:
    if name in _KEYS and type_name in graph.entities:
        return lambda source, _info: source[name]
    entity = graph.entities.get(type_name)
    requires = entity.fields[name].requires if entity and name in entity.fields else None
    if requires is not None and entity is not None:
        if whole:
            needed = entity.fields[requires].type

            def resolve_whole(source: Source, info: GraphQLResolveInfo) -> str:
                declared = info.schema.type_map[type_name]
                assert isinstance(declared, GraphQLObjectType)
                assert str(declared.fields[requires].type) == needed
                return _with_required(_quietly(store, source, requires, declared.fields[requires]))

            return resolve_whole
        return lambda source, info: _with_required(_given(store, source, requires, info))
    root = {"__typename": "Query", "number": 0}
    provides = entity.fields[name].provides if entity and name in entity.fields else None
    if provides is not None:
        return lambda source, _info, **arguments: _providing(
            provides, store.value(source, name, field.type, arguments)
        )
    return lambda source, _info, **arguments: store.value(source or root, name, field.type, arguments)


def _providing(name: str, value: Any) -> Any:
    """Mark objects with the field that this subgraph knows of them, on this path only."""
    if isinstance(value, list):
        return [_providing(name, item) for item in value]
    return value if value is None else {**value, "provided": name}


def _quietly(store: Store, source: Source, name: str, field: GraphQLField) -> Any:
    try:
        return store.value(source, name, field.type, {})
    except GraphQLError:
        return None


def _given(store: Store, source: Source, name: str, info: GraphQLResolveInfo) -> Any:
    if source.get("provided") == name:
        return _quietly(store, source, name, info.parent_type.fields[name])
    representation = source.get("representation", {})
    if name not in representation:
        raise GraphQLError(f"{name} was not sent")
    return representation[name]


def _with_required(value: Any) -> str:
    return f"needs {json.dumps(value)}"


@asynccontextmanager
async def serve_graphs() -> AsyncIterator[tuple[str, dict[str, GraphQLSchema]]]:
    """Serve subgraphs at ``URL/NAME``; schemas are put into the map as they are needed."""
    schemas: dict[str, GraphQLSchema] = {}

    async def answer(request: Request) -> Response:
        payload: Mapping[str, Any] = json.loads(await request.body())
        schema = schemas[request.path_params["name"]]
        result = graphql_sync(schema, payload["query"], variable_values=payload.get("variables"))
        return Response(json.dumps(result.formatted), media_type="application/json")

    app = Starlette(routes=[Route("/{name}", answer, methods=["POST"])])
    async with serve_app(app) as url:
        yield url, schemas
