"""A random graph's subgraphs over real HTTP, and the one schema that holds everything.

Both resolve from the same ``Store``. A field with ``@requires`` answers with what it was given, so that a
missing or wrong value shows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.router.differential.graph import Entity, Graph
from tests.router.differential.store import Source, Store
from tests.router.execution.subgraph_server import serve_app

_FEDERATION = """
directive @key(fields: String!) repeatable on OBJECT | INTERFACE
directive @shareable on OBJECT | FIELD_DEFINITION
directive @external on FIELD_DEFINITION
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @override(from: String!) on FIELD_DEFINITION
directive @interfaceObject on OBJECT
directive @inaccessible on FIELD_DEFINITION | OBJECT | ENUM_VALUE
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
    names = [entity.name for entity in graph.entities.values() if name in entity.keys]
    members = " | ".join((*names, "Thing") if name == graph.object_home else names)
    sdl = graph.subgraph_sdl(name) + _FEDERATION
    if members:
        sdl += _ENTITIES.format(members=members)
    schema = build_schema(sdl)
    _bind(schema, graph, store, whole=False)
    if members:
        assert schema.query_type is not None
        as_object = name == graph.object_home
        schema.query_type.fields["_entities"].resolve = lambda _root, _info, representations: [
            _found(store, representation, as_object=as_object) for representation in representations
        ]
    return schema


def _found(store: Store, representation: Mapping[str, Any], *, as_object: bool) -> Source:
    """Find an entity; where the interface ``Thing`` is an object, it has no other type."""
    found = store.find(representation)
    if as_object and representation["__typename"] == "Thing":
        found["__typename"] = "Thing"
    return found


def _bind(schema: GraphQLSchema, graph: Graph, store: Store, *, whole: bool) -> None:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, declared in type_.fields.items():
                if name != "_entities":
                    declared.resolve = _resolver(graph, store, type_.name, name, declared, whole=whole)


def _resolver(
    graph: Graph, store: Store, type_name: str, name: str, declared: GraphQLField, *, whole: bool
) -> Any:
    if name in _KEYS and (type_name in graph.entities or type_name == "Thing"):
        return lambda source, _info: source[name]
    entity = graph.entities.get(type_name)
    requires = entity.fields[name].requires if entity and name in entity.fields else None
    if requires is not None and entity is not None:
        if whole:
            return lambda source, info: _with_required(_needed(store, entity, requires, source, info))
        return lambda source, info: _with_required(_given(store, source, requires, info))
    if type_name == "Mutation":
        return lambda _source, _info, **arguments: store.mutate(name, declared.type, arguments)
    if name in graph.object_fields and (type_name == "Thing" or type_name in graph.things):
        # both sides must speak of it alike, and one knows the interface alone
        return lambda source, _info, **arguments: store.value(
            {"__typename": "Thing", "number": source["id"]}, name, declared.type, arguments
        )
    root = {"__typename": "Query", "number": 0}
    provides = entity.fields[name].provides if entity and name in entity.fields else None
    if provides is not None:
        return lambda source, _info, **arguments: _providing(
            provides, store.value(source, name, declared.type, arguments)
        )
    return lambda source, _info, **arguments: store.value(source or root, name, declared.type, arguments)


def _providing(name: str, value: Any) -> Any:
    """Mark objects with the field that this subgraph knows of them, on this path only."""
    if isinstance(value, list):
        return [_providing(name, item) for item in value]
    return value if value is None else {**value, "provided": name}


def _needed(store: Store, entity: Entity, name: str, source: Source, info: GraphQLResolveInfo) -> Any:
    """What another subgraph would send of a field: it may need a field itself."""
    chained = entity.fields[name].requires
    if chained is not None:
        return _with_required(_needed(store, entity, chained, source, info))
    owner = info.schema.type_map[entity.name]
    assert isinstance(owner, GraphQLObjectType)
    value = _quietly(store, source, name, owner.fields[name])
    if entity.fields[name].named != "Value":
        return value
    of_value = info.schema.type_map["Value"]
    assert isinstance(of_value, GraphQLObjectType)
    return _only_a(value, lambda item: _quietly(store, item, "a", of_value.fields["a"]))


def _only_a(value: Any, read: Callable[[Source], Any]) -> Any:
    if isinstance(value, list):
        return [_only_a(item, read) for item in value]
    return None if value is None else {"a": read(value)}


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
    return _without_typename(representation[name])


def _without_typename(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_typename(item) for item in value]
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if key != "__typename"}
    return value


def _with_required(value: Any) -> str:
    return f"needs {json.dumps(value)}"


@dataclass
class Service:
    """One subgraph: its schema, and what goes wrong on the way (request text, answer → the response)."""

    schema: GraphQLSchema
    break_answer: Callable[[bytes, bytes], Response | None] = lambda _request, _answer: None
    documents: dict[str, DocumentNode | list[GraphQLError]] = field(default_factory=dict)
    requests: set[bytes] = field(default_factory=set)

    def answer(self, request: bytes) -> Response:
        """Execute a request as a GraphQL server does."""
        self.requests.add(request)
        payload: Mapping[str, Any] = json.loads(request)
        document = self._document(payload["query"])
        if isinstance(document, list):
            result = ExecutionResult(None, document)
        else:
            result = execute_sync(self.schema, document, variable_values=payload.get("variables"))
        answer = json.dumps(result.formatted).encode()
        return self.break_answer(request, answer) or Response(answer, media_type="application/json")

    def _document(self, text: str) -> DocumentNode | list[GraphQLError]:
        """Parse and validate; both modes of the router send the same texts."""
        if text not in self.documents:
            document = parse(text, no_location=True)
            self.documents[text] = validate(self.schema, document) or document
        return self.documents[text]


@asynccontextmanager
async def serve_graphs() -> AsyncIterator[tuple[str, dict[str, Service]]]:
    """Serve subgraphs at ``URL/NAME``; they are put into the map as they are needed."""
    services: dict[str, Service] = {}

    async def answer(request: Request) -> Response:
        return services[request.path_params["name"]].answer(await request.body())

    app = Starlette(routes=[Route("/{name}", answer, methods=["POST"])])
    async with serve_app(app) as url:
        yield url, services
