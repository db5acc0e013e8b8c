"""Short ways to write query plans by hand, and to run them against real subgraphs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    SelectionSetNode,
    get_named_type,
    parse,
)

from router.execution.program import Program
from router.execution.respond import ErrorSettings, render_response
from router.execution.run_state import RunContext
from router.execution.start import start_program
from router.execution.subgraphs import Subgraphs, SubgraphSettings
from router.execution.transport import LeanTransport
from router.planning.plan import (
    Fetch,
    Path,
    PathItems,
    PathKey,
    QueryPlan,
    Representation,
    RepresentationField,
    ResponseField,
    ResponseSelection,
    Shape,
)
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs


def path(text: str) -> Path:
    """``users.@.team[Club|Band]`` → a path."""
    elements: list[PathKey | PathItems] = []
    for word in text.split("."):
        if word == "@":
            elements.append(PathItems())
            continue
        name, _, types = word.rstrip("]").partition("[")
        elements.append(PathKey(name, frozenset(types.split("|")) if types else None))
    return tuple(elements)


def shape_of(selections: SelectionSetNode) -> Shape:
    """The keys of a selection set written as GraphQL."""
    return {
        (node.alias or node.name).value: shape_of(node.selection_set) if node.selection_set else None
        for node in selections.selections
        if isinstance(node, FieldNode)
    }


def root_fetch(
    id: int, service: str, document: str, *, kind: str = "query", after: tuple[int, ...] = ()
) -> Fetch:
    """A fetch of root fields; its shape is read from the document."""
    operation = parse(document).definitions[0]
    shape = shape_of(operation.selection_set)  # type: ignore[attr-defined]
    variables = tuple(v.variable.name.value for v in operation.variable_definitions)  # type: ignore[attr-defined]
    return Fetch(id, service, kind, document, None, variables, (), (), shape, after)  # type: ignore[arg-type]


def entity_fetch(
    id: int,
    service: str,
    at: str,
    type_name: str,
    key: str,
    selection: str,
    after: tuple[int, ...],
    requires: tuple[RepresentationField, ...] = (),
) -> Fetch:
    """A fetch of ``selection`` of the entities at a path, by a key of one leaf."""
    entities = f"_entities(representations:$representations){{...on {type_name}{selection}}}"
    document = f"query($representations:[_Any!]!){{{entities}}}"
    representation = Representation(
        None, type_name, (RepresentationField(key, key, nullable=False), *requires)
    )
    selected = parse(selection).definitions[0]
    shape = shape_of(selected.selection_set)  # type: ignore[attr-defined]
    return Fetch(id, service, "query", document, None, (), path(at), (representation,), shape, after)


def response_of(schema: GraphQLSchema, text: str) -> ResponseSelection:
    """The projection of an operation without fragments; source keys are the response keys."""
    operation = parse(text).definitions[0]
    kind = operation.operation  # type: ignore[attr-defined]
    root = schema.get_root_type(kind)
    assert root is not None
    return _selection(root, operation.selection_set)  # type: ignore[attr-defined]


def _selection(type_: GraphQLType, node: SelectionSetNode) -> ResponseSelection:
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    fields = []
    for item in node.selections:
        assert isinstance(item, FieldNode)
        name = item.name.value
        key = item.alias.value if item.alias else name
        declared = type_.fields[name].type
        below = _selection(get_named_type(declared), item.selection_set) if item.selection_set else None
        fields.append(ResponseField(key, name, name, declared, below))
    only = type_.name if isinstance(type_, GraphQLObjectType) else None
    return ResponseSelection(tuple(fields), {}, only)


def plan_of(schema: GraphQLSchema, text: str, *fetches: Fetch, kind: str = "query") -> QueryPlan:
    """A plan whose projection follows the client's text."""
    return QueryPlan(kind, fetches, response_of(schema, text))  # type: ignore[arg-type]


Prepare = Callable[[QueryPlan, GraphQLSchema], Program]


class RunPlan(Protocol):
    """Run a plan against subgraphs over real HTTP; gives the response."""

    async def __call__(
        self,
        subgraphs: Mapping[str, TestSubgraph],
        plan: QueryPlan,
        schema: GraphQLSchema,
        variables: Mapping[str, Any] | None = None,
        *,
        errors: ErrorSettings | None = None,
        timeout: float = 5.0,
    ) -> dict[str, Any]: ...


async def run_plan_as(
    prepare: Prepare,
    subgraphs: Mapping[str, TestSubgraph],
    plan: QueryPlan,
    schema: GraphQLSchema,
    variables: Mapping[str, Any] | None = None,
    *,
    errors: ErrorSettings | None = None,
    timeout: float = 5.0,
) -> dict[str, Any]:
    """Run a plan against subgraphs over real HTTP; gives the response."""
    async with serve_subgraphs(subgraphs) as urls:
        calls = Subgraphs(urls, LeanTransport(), SubgraphSettings(timeout=timeout))
        try:
            outcome = await start_program(prepare(plan, schema), RunContext(calls, variables or {}))
        finally:
            await calls.aclose()
    body = outcome.body or render_response(outcome.data, outcome.problems, errors or ErrorSettings())
    response: dict[str, Any] = json.loads(body)
    return response
