"""A supergraph that something has damaged is refused when it is read, or planned over rightly."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.operation import read_operation
from router.planning import Planner, PlanningError, Variant
from router.supergraph import SupergraphError, api_schema, read_supergraph
from tests.router.composition.composing import supergraph
from tests.router.misplaced_fields import misplaced_fields
from tests.router.mutate_sdl import mutate_sdl
from tests.router.random_operation import random_operation

JOIN_SPECS = Path(__file__).with_name("join_specs")


@cache
def supergraphs() -> list[str]:
    """Every join spec's, and one with a context, an interface object and labels."""
    ours = supergraph(
        a="""
            type Query { shops: [Shop!]! node: Node }
            type Shop @key(fields: "id") @context(name: "shop") { id: ID! money: String! item: Item }
            type Item @key(fields: "id") {
              id: ID! price(in: String @fromContext(field: "$shop { money }")): Int weight: Int
            }
            interface Node @key(fields: "id") { id: ID! }
            type Leaf implements Node @key(fields: "id") { id: ID! color: String! }
            union Thing = Shop | Item
        """,
        b="""
            type Node @key(fields: "id") @interfaceObject { id: ID! likes(min: Int = 3): Int }
            type Item @key(fields: "id") {
              id: ID! weight: Int @override(from: "a", label: "percent(5)") size: Int @external
              volume: Int @requires(fields: "size")
            }
            type Mutation { add(item: NewItem!): Box @provides(fields: "size") }
            type Box @key(fields: "id") { id: ID! size: Int @external label: [String] }
            input NewItem { weight: Int = 4 tags: [String!] }
        """,
        c="""
            type Item @key(fields: "id") { id: ID! size: Int }
            type Box @key(fields: "id") { id: ID! size: Int @shareable }
        """,
    )
    return [ours, *(file.read_text() for file in sorted(JOIN_SPECS.glob("*.graphql")))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_a_damaged_supergraph_is_refused_or_planned_over_rightly(seed: int) -> None:
    random = Random(seed)
    sdl = mutate_sdl(random, random.choice(supergraphs()))
    try:
        read = read_supergraph(sdl)
        schema = api_schema(read)
        planner = Planner(read, schema)
    except SupergraphError:
        return
    for _ in range(3):
        document = parse(random_operation(random, schema))
        if validate(schema, document):
            continue  # fields of the same name and different types below aliases that are alike
        operation = read_operation(document, None, schema)
        labels = planner.labels_for(operation) if random.random() < 0.5 else frozenset()
        try:
            plan = planner.plan(operation, Variant({}, labels))
        except PlanningError as error:
            assert error.code == "UNREACHABLE_FIELD"  # noqa: PT017
        else:
            assert misplaced_fields(plan, read) == []
