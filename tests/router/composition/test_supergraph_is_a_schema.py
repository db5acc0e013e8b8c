"""What composes is a schema, and reads back; what merging would break is reported."""

from __future__ import annotations

from random import Random

import pytest
from graphql import GraphQLInputObjectType, build_schema, validate_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.composition.check_api_schema import check_api_schema
from router.composition.codes import ERRORS, HINTS
from router.composition.merge.merged import JoinType, Merged, MergedField, MergedType
from router.composition.report import Report
from router.supergraph import api_schema, read_supergraph
from tests.router.composition.composing import api_of, codes, compose_fed1, compose_fed2, only_error
from tests.router.composition.oracle.generate import make_subgraphs

T = "type Query {{ {name}: T }} {interface} type T {implements} @shareable {{ {field} }}"


def pair(interface: str, first: str, second: str) -> dict[str, str]:
    """Two subgraphs with a type T, which implements an interface in the first."""
    a = T.format(name="a", interface=f"interface I {{ {interface} }}", implements="implements I", field=first)
    return {"a": a, "b": T.format(name="b", interface="", implements="", field=second)}


@pytest.mark.parametrize(
    ("interface", "first", "second"),
    [
        ("x: Int!", "x: Int!", "x: Int"),
        ("x(n: Int): Int", "x(n: Int): Int", "x: Int"),
        ("x(n: Int): Int", "x(n: Int): Int", "x(n: Int!): Int"),
    ],
    ids=["a type gets too general", "an argument gets lost", "an argument gets too specific"],
)
def test_an_object_must_fit_its_interface_after_merging(interface: str, first: str, second: str) -> None:
    error = only_error(**pair(interface, first, second))
    assert error.code == "INVALID_GRAPHQL"
    assert error.coordinate is not None
    assert error.coordinate.startswith("T.x")
    assert error.fix is not None
    assert {place.subgraph for place in error.locations} == {"a", "b"}


def test_an_object_implements_what_its_interfaces_implement_elsewhere() -> None:
    assert codes(
        a="type Query { a: I } interface I { x: Int } type T implements I @shareable { x: Int }",
        b="type Query { b: J } interface I implements J { x: Int } interface J { x: Int }",
    ) == ["INVALID_GRAPHQL"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("enum E { A B }", "enum E { B }"),
        ("input E { A: Int B: Int }", "input E { B: Int }"),
    ],
)
def test_a_default_value_must_survive_merging(first: str, second: str) -> None:
    default = "A" if first.startswith("enum") else "{ A: 1 }"
    error = only_error(
        a=f"type Query {{ a(e: E = {default}): Int }} {first}", b=f"type Query {{ b(e: E): Int }} {second}"
    )
    assert (error.code, error.coordinate) == ("INVALID_GRAPHQL", "Query.a(e:)")


INPUT = "type Query {{ q(i: I): Int @shareable }} input I {} {{ {} y: Int }}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("@oneOf", "x: Int"), ("", "x: Int!")),
        (("@oneOf", "x: [Int]"), ("", "x: [Int]!")),
        (("", "x: Int @deprecated"), ("", "x: Int!")),
    ],
    ids=["one of", "one of lists", "deprecated"],
)
def test_what_one_subgraph_says_of_an_input_holds_for_the_others_fields(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    for a, b in ((first, second), (second, first)):
        error = only_error(a=INPUT.format(*a), b=INPUT.format(*b))
        assert (error.code, error.coordinate) == ("INVALID_GRAPHQL", "I.x")
        assert error.fix is not None
        assert {place.subgraph for place in error.locations} == {"a", "b"}


def test_one_of_merges_with_fields_that_are_nullable_everywhere() -> None:
    composition = compose_fed2(a=INPUT.format("@oneOf", "x: Int"), b=INPUT.format("", "x: Int"))
    merged = api_of(composition).type_map["I"]
    assert isinstance(merged, GraphQLInputObjectType)
    assert merged.is_one_of


def test_an_argument_that_an_interface_has_lost_can_not_be_required() -> None:
    interface = "interface I {{ x{}: Int }}"
    error = only_error(
        a="type T implements I @shareable { x(n: Int): Int } type Query { a: I } "
        + interface.format("(n: Int)"),
        b="type Query { b: I } " + interface.format(""),
        c="type Query { c: T } type T @shareable { x(n: Int!): Int }",
    )
    assert (error.code, error.coordinate) == ("INVALID_GRAPHQL", "T.x(n:)")


def test_interfaces_can_not_implement_each_other_by_two_subgraphs() -> None:
    sdl = "type Query {{ {0}: {0} }} interface {0} {{ x: Int }} interface {1} implements {0} {{ x: Int }}"
    assert codes(a=sdl.format("Ant", "Bee"), b=sdl.format("Bee", "Ant")) == ["INVALID_GRAPHQL"] * 2


@pytest.mark.parametrize("name", ["join__Thing", "link__Thing", "core__Thing", "tag__Thing"])
def test_types_that_routers_take_for_a_features_can_not_be_used(name: str) -> None:
    error = only_error(a=f'type Query {{ x: {name} }} type {name} {{ y: Int @tag(name: "t") }}')
    assert (error.code, error.coordinate) == ("INVALID_GRAPHQL", name)
    assert error.locations


def test_what_only_a_features_directive_uses_is_no_part_of_the_api() -> None:
    composition = compose_fed2(
        a="""extend schema @link(url: "https://example.com/mark/v1.0", import: ["@mark"])
          @composeDirective(name: "@mark")
        directive @mark(as: mark__Kind) on FIELD_DEFINITION
        enum mark__Kind { ONE } type Query { x: Int @mark(as: ONE) }"""
    )
    assert composition.supergraph_sdl is not None
    assert composition.api_sdl is not None
    assert "mark__Kind" in composition.supergraph_sdl
    assert "mark__Kind" not in composition.api_sdl


def test_whatever_makes_no_schema_is_told_though_no_rule_of_ours_knows_it() -> None:
    """The last check is GraphQL's own, of the schema that routers are going to build."""
    report = Report()
    broken = MergedType("T", kind="OBJECT", join_types=[JoinType("A")])
    query = MergedType("Query", kind="OBJECT", fields={"t": MergedField("t", parent="Query", type="T")})
    merged = Merged({}, {}, {"T": broken, "Query": query}, roots={"query": "Query"})
    check_api_schema(merged, report)
    assert [(e.code, e.coordinate) for e in report.errors] == [("INVALID_GRAPHQL", "T")]
    query.fields["t"].type = "Nothing"
    check_api_schema(merged, report)
    assert "Nothing" in report.errors[-1].message


def test_a_built_in_scalar_is_nothing_else() -> None:
    assert codes(a="type Query { x: Int } type Int { x: String }") == ["INVALID_GRAPHQL"]


def test_an_external_field_provides_nothing() -> None:
    assert "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE" in codes(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! v: V } type V { x: Int }',
        b='type U @key(fields: "id") { id: ID! v: V @external @provides(fields: "x") '
        'y: Int @requires(fields: "v { x }") } type V { x: Int @external }',
    )


def test_the_supergraph_reads_back_as_it_was_meant() -> None:
    composition = compose_fed2(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! name: String secret: Int @inaccessible }',
        b='type U @key(fields: "id") { id: ID! name: String @external up: String @requires(fields: "name") }',
    )
    assert composition.supergraph_sdl is not None
    read = read_supergraph(composition.supergraph_sdl)
    assert list(read.subgraphs) == ["a", "b"]
    assert read.subgraphs["a"].url == "http://a"
    assert read.subgraph_types["b"]["U"].fields["up"].requires == "name"
    assert read.subgraph_types["b"]["U"].fields["name"].external
    assert read.types["U"].fields["secret"].inaccessible


def test_names_of_subgraphs_become_enum_values() -> None:
    composition = compose_fed1(**{"my-graph": "type Query { a: Int }", "1st": "extend type Query { b: Int }"})
    assert composition.supergraph_sdl is not None
    assert 'MY_GRAPH @join__graph(name: "my-graph", url: "http://my-graph")' in composition.supergraph_sdl
    assert '_1ST @join__graph(name: "1st"' in composition.supergraph_sdl


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_random_subgraphs_compose_to_schemas_or_to_known_codes(seed: int) -> None:
    composition = compose_fed1(**make_subgraphs(Random(seed)))
    assert {e.code for e in composition.errors} <= ERRORS.keys()
    assert {h.code for h in composition.hints} <= HINTS.keys()
    if composition.supergraph_sdl is not None and composition.api_sdl is not None:
        assert validate_schema(build_schema(composition.api_sdl)) == []
        read = api_schema(read_supergraph(composition.supergraph_sdl))
        assert read.type_map.keys() == build_schema(composition.api_sdl).type_map.keys()
