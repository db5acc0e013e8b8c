"""Properties of every plan, over random operations.

Each fetch is valid against its subgraph's own schema, declares the variables it uses, waits only for earlier
fetches, sends only what those selected, and what the projection reads has been fetched.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import GraphQLSchema, build_schema, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from router.planning.plan import (
    PathKey,
    QueryPlan,
    Representation,
    RepresentationField,
    ResponseSelection,
    Shape,
)
from tests.router.planning.planned import Planned

SUBGRAPHS = {
    "people": """
        type Query { me: Person people: [Person!]! any: Being }
        interface Being { id: ID! name: String }
        type Person implements Being @key(fields: "id") { id: ID! name: String best: Person pet: Pet }
        type Pet implements Being @key(fields: "id") { id: ID! name: String }
    """,
    "posts": """
        type Query { posts: [Post!]! }
        type Person @key(fields: "id") { id: ID! posts: [Post!]! name: String @external
          byline: String @requires(fields: "name") }
        type Post @key(fields: "id") { id: ID! text: String author: Person! likers: [Person!]! }
    """,
    "likes": """
        type Post @key(fields: "id") { id: ID! likes(min: Int): Int text: String @external
          rank: Int @requires(fields: "text author { byline }") author: Person! @external }
        type Person @key(fields: "id") { id: ID! score: Int byline: String @external }
        type Pet @key(fields: "id") { id: ID! score: Int }
    """,
}
GRAPH = Planned(None, **SUBGRAPHS)
FEDERATED = """
    directive @key(fields: String!) repeatable on OBJECT
    directive @external on FIELD_DEFINITION
    directive @requires(fields: String!) on FIELD_DEFINITION
    scalar _Any
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
"""
ENTITIES = {"people": "Person | Pet", "posts": "Person | Post", "likes": "Post | Person | Pet"}


def subgraph_schema(name: str) -> GraphQLSchema:
    query = "" if "type Query" in SUBGRAPHS[name] else "type Query { none: Int }"
    return build_schema(f"{SUBGRAPHS[name]} {FEDERATED} {query} union _Entity = {ENTITIES[name]}")


SCHEMAS = {name: subgraph_schema(name) for name in SUBGRAPHS}
LEAVES = {
    "Person": ["id", "name", "byline", "score", "__typename"],
    "Pet": ["id", "name", "score"],
    "Post": ["id", "text", "likes", "likes(min: $min)", "rank"],
    "Being": ["id", "name", "__typename"],
    "Query": ["__typename"],
}
BRANCHES = {
    "Person": {"best": "Person", "pet": "Pet", "posts": "Post"},
    "Pet": {},
    "Post": {"author": "Person", "likers": "Person"},
    "Being": {"... on Person": "Person", "... on Pet": "Pet"},
    "Query": {"me": "Person", "people": "Person", "any": "Being", "posts": "Post"},
}


@st.composite
def selections(draw: st.DrawFn, on: str, depth: int) -> str:
    """Draw a selection set; every second field has an alias of its own, so that nothing conflicts."""
    items: list[str] = []
    names = LEAVES[on] if on != "Query" else []
    branches: Mapping[str, str] = BRANCHES[on] if depth else {}
    for number, name in enumerate(draw(st.lists(st.sampled_from(names), max_size=3)) if names else []):
        alias = f"x{depth}{on}{number}: " if draw(st.booleans()) or "(" in name else ""
        items.append(alias + name)
    wanted = st.lists(st.sampled_from(sorted(branches)), min_size=on == "Query", max_size=2, unique=True)
    chosen = draw(wanted) if branches else []
    items.extend(name + draw(selections(branches[name], depth - 1)) for name in chosen)
    return "{ " + " ".join(items or ["__typename"]) + " }"


OPERATIONS = selections("Query", 4).map(lambda text: f"query ($min: Int) {text}" if "$min" in text else text)


@settings(max_examples=150, deadline=None)
@given(OPERATIONS)
def test_every_plan_is_consistent(operation: str) -> None:
    plan = GRAPH.plan(operation)
    for number, fetch in enumerate(plan.fetches):
        assert fetch.id == number
        assert all(other < number for other in fetch.depends_on)
        assert validate(SCHEMAS[fetch.service], parse(fetch.document)) == [], fetch.document
    data = merged_shape(plan)
    for fetch in plan.fetches:
        for representation in fetch.requires:
            check_sent(representation, below(data, [e.name for e in fetch.path if isinstance(e, PathKey)]))
    check_read(plan.response, data)


def merged_shape(plan: QueryPlan) -> dict[str, object]:
    data: dict[str, object] = {}
    for fetch in plan.fetches:
        merge(below(data, [e.name for e in fetch.path if isinstance(e, PathKey)]), fetch.shape)
    return data


def below(data: dict[str, object], keys: list[str]) -> dict[str, object]:
    for key in keys:
        found = data[key]
        assert isinstance(found, dict)
        data = found
    return data


def merge(data: dict[str, object], shape: Shape) -> None:
    for key, inner in shape.items():
        if inner is None:
            data.setdefault(key, None)
        else:
            found = data.setdefault(key, {})
            assert isinstance(found, dict)
            merge(found, inner)


def check_sent(representation: Representation, data: dict[str, object]) -> None:
    if representation.on is not None:
        assert "__typename" in data
    for field in representation.fields:
        check_field_sent(field, data)


def check_field_sent(field: RepresentationField, data: dict[str, object]) -> None:
    assert field.source in data
    for share in field.selections or ():
        check_sent(share, below(data, [field.source]))


def check_read(response: ResponseSelection, data: dict[str, object]) -> None:
    if response.by_type:
        assert "__typename" in data
    for fields in (response.fields, *response.by_type.values()):
        for field in fields:
            if field.name == "__typename":
                assert response.type_name or "__typename" in data
            else:
                assert field.source in data, field
            if field.selection is not None:
                check_read(field.selection, below(data, [field.source]))
