"""Supergraph SDL of any join spec → flat maps; what clients see of it."""

from __future__ import annotations

import re

import pytest
from graphql import print_schema

from router.planning import Planner
from router.supergraph import SupergraphError, api_schema, print_api_sdl, read_supergraph
from tests.router.planning.planned import supergraph_sdl

SDL = supergraph_sdl(
    {
        "a": """
            type Query { best: Product }
            type Product @key(fields: "id") { id: ID! name: String secret: Int @inaccessible price: Int }
        """,
        "b": """
            type Product @key(fields: "id") { id: ID! name: String @external
              label: String @requires(fields: "name") price: Int @override(from: "a", label: "percent(5)") }
        """,
    }
)

OLD = """
    schema @core(feature: "https://specs.apollo.dev/core/v0.1")
      @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
    directive @core(feature: String!) repeatable on SCHEMA
    scalar join__FieldSet
    enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
    type Query { me: User @join__field(graph: A) }
    type User @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
      id: ID! @join__field(graph: A)
      name: String @join__field(graph: A)
      card: Card @join__field(graph: B, requires: "name")
    }
    type Card { number: String }
"""


def test_fields_are_known_by_subgraph_with_their_join_data() -> None:
    supergraph = read_supergraph(SDL)
    assert [(s.name, s.graph, s.url) for s in supergraph.subgraphs.values()] == [
        ("a", "A", "http://a"),
        ("b", "B", "http://b"),
    ]
    product = supergraph.subgraph_types["b"]["Product"]
    assert [key.fields for key in product.keys] == ["id"]
    assert product.fields["name"].external
    assert product.fields["label"].requires == "name"


def test_a_progressive_override_says_when_each_subgraph_resolves_the_field() -> None:
    types = read_supergraph(SDL).subgraph_types
    old, new = types["a"]["Product"].fields["price"], types["b"]["Product"].fields["price"]
    assert (old.label, old.label_value) == ("percent(5)", False)
    assert (new.label, new.label_value) == ("percent(5)", True)


def test_inaccessible_fields_are_in_the_supergraph_but_not_in_the_api_schema() -> None:
    supergraph = read_supergraph(SDL)
    assert supergraph.types["Product"].fields["secret"].inaccessible
    sdl = print_api_sdl(supergraph)
    assert "secret" not in sdl
    assert "join__" not in sdl
    assert "@" not in sdl


def test_defer_is_known_to_the_api_schema_on_request() -> None:
    supergraph = read_supergraph(SDL)
    assert api_schema(supergraph).get_directive("defer") is None
    assert api_schema(supergraph, defer=True).get_directive("defer") is not None


def test_join_v0_1_has_owners_and_value_types_everywhere() -> None:
    supergraph = read_supergraph(OLD)
    users = {name: types["User"] for name, types in supergraph.subgraph_types.items()}
    assert sorted(users["a"].fields) == ["id", "name"]
    assert not users["b"].fields["id"].external
    assert users["b"].fields["name"].external
    assert all("Card" in types for types in supergraph.subgraph_types.values())


@pytest.mark.parametrize("text", ["type Query { a: Int }", "type Query {", ""])
def test_what_is_no_supergraph_is_a_coded_error(text: str) -> None:
    with pytest.raises(SupergraphError) as caught:
        read_supergraph(text)
    assert caught.value.code == "INVALID_SUPERGRAPH"


@pytest.mark.parametrize(
    ("part", "broken", "says"),
    [
        ('name: "a", ', "", "lacks the argument name"),
        ("graph: A, key", "graph: C, key", "the graph C, which join__Graph lacks"),
        ('key: "id")', 'key: "id", type: "ID")', None),
        (
            "name: String @join__field(graph: A)",
            'name: String @join__field(graph: A, type: "[")',
            "the type [",
        ),
        (
            "name: String @join__field(graph: A)",
            'name: String @join__field(graph: A, type: "X")',
            "the type X",
        ),
        ("card: Card", "card: Cart", "Unknown type"),
        ('name: "a", ', "name: 7, ", "@join__graph has 7 for name, which must be a string"),
        ('graph: B, key: "id"', 'graph: B, key: ["id"]', "@join__type has ['id'] for key"),
        ('graph: B, key: "id"', 'graph: B, key: "id }"', "The field set 'id }' can't be parsed"),
        ('graph: B, key: "id"', 'graph: B, key: "idd"', "there is no field User.idd"),
        ('requires: "name"', 'requires: "name @skip(if: true)"', "it can't use directives"),
        ('requires: "name"', 'requires: "card"', "User.card is a Card: say which of its fields"),
        ('requires: "name"', 'requires: "name(x: $y)"', "it can't use variables"),
        ('url: "http://a"', 'url: "http://a") @link(import: 3', None),
        ('join/v0.1")', 'join/v0.1", import: 3)', "A feature imports 3, which is no list"),
        ("type Card { number: String }", "type Card", "Card must define one or more fields"),
        ("join/v0.1", "join/v0.3", "No subgraph has the query type Query"),
    ],
)
def test_a_broken_part_of_a_supergraph_is_a_coded_error(part: str, broken: str, says: str | None) -> None:
    assert part in OLD
    sdl = OLD.replace(part, broken)
    if says is None:
        assert read_supergraph(sdl).types
        return
    with pytest.raises(SupergraphError, match=re.escape(says)) as caught:
        make_planner(sdl)
    assert caught.value.code == "INVALID_SUPERGRAPH"


def make_planner(sdl: str) -> Planner:
    """Read a supergraph as the router does at its start."""
    supergraph = read_supergraph(sdl)
    return Planner(supergraph, api_schema(supergraph))


def test_default_values_that_would_never_end_are_left_out_of_the_api_schema() -> None:
    sdl = supergraph_sdl(
        {
            "a": """
                type Query { f(a: A): Int }
                input A { b: B = {} n: Int = 1 c: C = { n: 2 } }
                input B { a: [A] = {} }
                input C { n: Int }
            """
        }
    )
    schema = api_schema(read_supergraph(sdl))
    printed = " ".join(print_schema(schema).split())
    assert "input A { b: B n: Int = 1 c: C = {n: 2} } input B { a: [A] }" in printed


NOTED = supergraph_sdl(
    {
        "a": "schema { query: Reads } type Reads { x: Int any: Any } type Other { x: Int } "
        "union Any = Reads | Other",
    }
)
NOTE = '@waybill__name(graph: A, name: "Reads")'


def test_what_a_subgraph_calls_a_type_is_read_under_whatever_prefix_the_link_gives() -> None:
    url = "https://specs.waybill.dev/waybill/v0.1"
    renamed = NOTED.replace(f'(url: "{url}")', f'(url: "{url}", as: "wb")').replace("@waybill__", "@wb__")
    for sdl in (NOTED, renamed):
        assert read_supergraph(sdl).subgraphs["a"].own_names == {"Query": "Reads"}
    unlinked = NOTED.replace(f'@link(url: "{url}")', "")
    assert read_supergraph(unlinked).subgraphs["a"].own_names == {}


@pytest.mark.parametrize(
    "note",
    [
        '@waybill__name(graph: A, name: "Reads { x } ...on Other")',
        "@waybill__name(graph: A, name: 5)",
        "@waybill__name(graph: A)",
        '@waybill__name(graph: Z, name: "Reads")',
        '@waybill__name(graph: 5, name: "Reads")',
    ],
)
def test_what_is_no_name_of_a_type_is_refused(note: str) -> None:
    with pytest.raises(SupergraphError):
        read_supergraph(NOTED.replace(NOTE, note))


def test_one_name_of_two_types_is_refused() -> None:
    twice = NOTED.replace("type Other", f"type Other {NOTE}", 1)
    with pytest.raises(SupergraphError, match="Two types"):
        read_supergraph(twice)
