"""A random graph as servers: each subgraph over HTTP, and one schema that holds everything.

All resolve from the same ``Store``. Subgraphs validate what they are asked, so that a fetch that names what
a subgraph does not have shows. Subscriptions come as server-sent events.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.router.differential.graph import Graph
from tests.router.differential.print_sdl import subgraph_sdl, whole_sdl
from tests.router.differential.resolvers import Share, Whole
from tests.router.differential.store import Source, Store
from tests.router.execution.subgraph_server import serve_app

EVENTS = 3
_ENTITIES = """
scalar _Any
union _Entity = {members}
extend type {query} {{ _entities(representations: [_Any!]!): [_Entity]! }}
"""

BreakAnswer = Callable[[bytes, bytes], Response | None]


def event(number: int) -> Source:
    """Make the source of a subscription's event."""
    return {"__typename": "Subscription", "number": number}


def whole_resolver(graph: Graph, store: Store) -> Whole:
    """Resolve the whole graph, with what is hidden."""
    return Whole(graph, store, build_schema(whole_sdl(graph, hidden=True)))


def whole_schema(graph: Graph, whole: Whole) -> GraphQLSchema:
    """The graph as a single server has it."""
    schema = build_schema(whole_sdl(graph))
    for type_ in _objects(schema):
        for name, declared in type_.fields.items():
            declared.resolve = whole.resolver(type_.name, name)
    return schema


def subgraph_schema(graph: Graph, store: Store, whole: Whole, subgraph: str) -> GraphQLSchema:
    """One subgraph, with ``_entities``."""
    spelling = graph.spellings[subgraph]
    sdl, members = subgraph_sdl(graph, subgraph), _members(graph, subgraph)
    if members:
        sdl += _ENTITIES.format(members=" | ".join(members), query=spelling.roots.get("Query", "Query"))
    schema = build_schema(sdl, assume_valid_sdl=True)
    for abstract in schema.type_map.values():
        if isinstance(abstract, GraphQLInterfaceType | GraphQLUnionType):
            abstract.resolve_type = lambda value, *_: spelling.own(value["__typename"])
    share = Share(graph, store, whole, subgraph)
    for type_ in _objects(schema):
        for name, declared in type_.fields.items():
            if name == "_entities":
                declared.resolve = lambda _root, _info, representations: [
                    share.entity(each) for each in representations
                ]
            elif not name.startswith("_") and type_.name != "Hidden":
                declared.resolve = share.resolver(spelling.canonical(type_.name), name, declared)
    return schema


def _objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            yield type_


def _members(graph: Graph, subgraph: str) -> list[str]:
    """List the types that can be looked up."""
    names = [each.name for each in graph.entities if subgraph in each.homes]
    names += [
        abstract.name
        for abstract in graph.abstracts.values()
        if abstract.as_object is not None and subgraph in abstract.as_object.known
    ]
    return names


@dataclass
class Service:
    """One subgraph: its schema, and what goes wrong on the way (request text, answer → the response)."""

    schema: GraphQLSchema
    break_answer: BreakAnswer = lambda _request, _answer: None
    documents: dict[str, DocumentNode | list[GraphQLError]] = field(default_factory=dict)
    requests: set[bytes] = field(default_factory=set)

    def answer(self, request: bytes) -> Response:
        """Execute a request as a GraphQL server does."""
        self.requests.add(request)
        payload: Mapping[str, Any] = json.loads(request)
        document = self._document(payload["query"])
        variables = payload.get("variables")
        if isinstance(document, list):
            return _json(ExecutionResult(None, document))
        if _is_subscription(document):
            return self._stream(request, document, variables)
        answer = _json(execute_sync(self.schema, document, variable_values=variables))
        return self.break_answer(request, bytes(answer.body)) or answer

    def _stream(self, request: bytes, document: DocumentNode, variables: Any) -> Response:
        """Send all events at once; one that was broken comes as it is if it is JSON, else not at all."""

        def events() -> Iterator[bytes]:
            for number in range(EVENTS):
                answer = _json(execute_sync(self.schema, document, event(number), variable_values=variables))
                body = bytes(answer.body)
                broken = self.break_answer(b"%d" % number + request, body)
                if broken is not None and broken.media_type == "application/json":
                    body = bytes(broken.body)
                yield b"event: next\ndata: " + body + b"\n\n"
            yield b"event: complete\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    def _document(self, text: str) -> DocumentNode | list[GraphQLError]:
        """Parse and validate; both modes of the router send the same texts."""
        if text not in self.documents:
            document = parse(text, no_location=True)
            self.documents[text] = validate(self.schema, document) or document
        return self.documents[text]


def _json(result: ExecutionResult) -> Response:
    return Response(json.dumps(result.formatted), media_type="application/json")


def _is_subscription(document: DocumentNode) -> bool:
    first = document.definitions[0]
    assert isinstance(first, OperationDefinitionNode)
    return first.operation is OperationType.SUBSCRIPTION


@asynccontextmanager
async def serve_graphs() -> AsyncIterator[tuple[str, dict[str, Service]]]:
    """Serve subgraphs at ``URL/NAME``; they are put into the map as they are needed."""
    services: dict[str, Service] = {}

    async def answer(request: Request) -> Response:
        body = await request.body()
        service = services.get(request.path_params["name"])
        return Response("gone", 404) if service is None else service.answer(body)

    app = Starlette(routes=[Route("/{name}", answer, methods=["POST"])])
    async with serve_app(app, log_level="error") as url:  # no WebSockets here, and that is meant
        yield url, services
