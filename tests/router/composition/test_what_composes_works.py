"""What composes loads again, and every field of it can be planned, or composition says why not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.composition import Composition
from router.operation import read_operation
from router.planning import Planner, Variant
from router.supergraph import Supergraph, api_schema, read_supergraph
from tests.router.composition.composing import compose_fed1, compose_fed2
from tests.router.composition.oracle.generate import make_subgraphs
from tests.router.misplaced_fields import misplaced_fields
from tests.router.random_operation import SCALARS

DEPTH = 3


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_what_composes_loads_and_every_root_field_can_be_planned(seed: int) -> None:
    composition = compose_fed1(**make_subgraphs(Random(seed), judged=False))
    if composition.supergraph_sdl is not None:
        check_planning(composition)


def test_what_composes_with_a_hint_is_planned_but_for_what_the_hint_says() -> None:
    item = "type Query { item: Item @shareable } interface Item { code: ID! } "
    left = (
        item
        + """type Book implements Item @key(fields: "code") { code: ID! pages: Int }
      type Disc implements Item @key(fields: "code") { code: ID! @external label: String }"""
    )
    right = (
        item
        + """type Book implements Item @key(fields: "code") { code: ID! @external authors: [String] }
      type Disc implements Item @key(fields: "code") { code: ID! minutes: Int }"""
    )
    composition = compose_fed2(left=left, right=right)
    assert unanswerable(composition) == {"Item.code"}
    check_planning(composition)


def check_planning(composition: Composition) -> None:
    """Load the supergraph and plan each root field, with everything below it, whatever the labels."""
    assert composition.supergraph_sdl is not None
    read = read_supergraph(composition.supergraph_sdl)
    schema = api_schema(read)
    planner = Planner(read, schema)
    for text in operations(schema, unanswerable(composition)):
        for labels in (frozenset[str](), read.labels):
            plan_one(planner, read, schema, text, labels)


def plan_one(
    planner: Planner, read: Supergraph, schema: GraphQLSchema, text: str, labels: frozenset[str]
) -> None:
    """Plan an operation; no subgraph is asked for what it doesn't have."""
    document = parse(text)
    assert validate(schema, document) == [], text
    plan = planner.plan(read_operation(document, None, schema), Variant({}, labels))
    assert plan.fetches, text
    assert misplaced_fields(plan, read) == [], text


def unanswerable(composition: Composition) -> set[str]:
    """Give the fields that composition says to be unanswerable."""
    return {str(h.coordinate) for h in composition.hints if h.code == "UNANSWERABLE_INTERFACE_FIELD"}


def operations(schema: GraphQLSchema, but: set[str]) -> Iterator[str]:
    """Write an operation for each root field, with all below it but some coordinates."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in root.fields.items() if root is not None else ():
            yield f"{kind} {{ {_field(schema, 'root', name, field, DEPTH, but)} }}"


def _field(
    schema: GraphQLSchema, owner: str, name: str, field: GraphQLField, depth: int, but: set[str]
) -> str:
    """Write a field under an alias that no other type's has."""
    given_values = [
        f"{n}: {_value(get_named_type(a.type))}" for n, a in field.args.items() if is_required_argument(a)
    ]
    arguments = f"({', '.join(given_values)})" if given_values else ""
    below = get_named_type(field.type)
    selections = "" if is_leaf_type(below) else " " + _selections(schema, below, depth - 1, but)
    return f"{owner}_{name}: {name}{arguments}{selections}"


def _value(type_: GraphQLNamedType) -> str:
    return SCALARS.get(type_.name, "ONE" if type_.name == "Kind" else "{}")


def _selections(schema: GraphQLSchema, on: GraphQLNamedType, depth: int, but: set[str]) -> str:
    parts = ["__typename"]
    if isinstance(on, GraphQLObjectType | GraphQLInterfaceType):
        parts += [
            _field(schema, on.name, name, field, depth, but)
            for name, field in on.fields.items()
            if f"{on.name}.{name}" not in but and (depth or is_leaf_type(get_named_type(field.type)))
        ]
    if isinstance(on, GraphQLInterfaceType | GraphQLUnionType):
        for possible in schema.get_possible_types(on):
            parts.append(f"... on {possible.name} {_selections(schema, possible, depth, but)}")
    return "{ " + " ".join(parts) + " }"
