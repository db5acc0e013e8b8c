"""Types of several subgraphs become one: objects, interfaces, unions, enums, inputs, scalars, arguments."""

from __future__ import annotations

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType

from tests.router.composition.composing import api, block, codes, hints, only_error, supergraph


def test_an_object_has_the_fields_and_interfaces_of_all_subgraphs() -> None:
    schema = api(
        a='type Query { t: T } interface I { x: Int } type T implements I @key(fields: "id") { id: '
        "ID! x: Int }",
        b='interface J { y: Int } type T implements J @key(fields: "id") { id: ID! y: Int }',
    )
    merged = schema.type_map["T"]
    assert isinstance(merged, GraphQLObjectType)
    assert set(merged.fields) == {"id", "x", "y"}
    assert {i.name for i in merged.interfaces} == {"I", "J"}


def test_a_union_has_the_members_of_all_subgraphs() -> None:
    schema = api(
        a="type Query { u: U } union U = A | B type A { x: Int } type B { y: Int }",
        b="type Query { v: U } union U = C type C { z: Int }",
    )
    union = schema.type_map["U"]
    assert isinstance(union, GraphQLUnionType)
    assert {t.name for t in union.types} == {"A", "B", "C"}


def test_an_interface_field_must_be_there_in_all_objects() -> None:
    assert codes(
        a="type Query { i: I } interface I { x: Int } type T implements I @shareable { x: Int }",
        b="interface I { x: Int y: Int } type T implements I @shareable { x: Int y: Int } type Query "
        "{ t: T }",
        c="interface I { x: Int } type S implements I { x: Int } type Query { s: S }",
    ) == ["INTERFACE_FIELD_NO_IMPLEM"]


def test_a_type_is_of_one_kind() -> None:
    error = only_error(a="type Query { t: T } type T { x: Int }", b="scalar T type Query { s: T }")
    assert error.code == "TYPE_KIND_MISMATCH"
    assert {place.subgraph for place in error.locations} == {"a", "b"}


def test_output_types_become_the_most_general() -> None:
    fields = "type T @shareable { a: %s b: %s }"
    schema = api(
        a="type Query { t: T } " + fields % ("Int!", "[Int!]!"),
        b="type Query { u: T } " + fields % ("Int", "[Int]"),
    )
    merged = schema.type_map["T"]
    assert isinstance(merged, GraphQLObjectType)
    assert {n: str(f.type) for n, f in merged.fields.items()} == {"a": "Int", "b": "[Int]"}


def test_an_object_merges_with_its_interface() -> None:
    sdl = supergraph(
        a="type Query { n: N @shareable } interface N { x: Int } type T implements N @shareable { x: Int }",
        b="type Query { n: T @shareable } type T @shareable { x: Int }",
    )
    assert 'n: N @join__field(graph: A, type: "N") @join__field(graph: B, type: "T")' in block(
        sdl, "type Query"
    )


def test_output_types_that_do_not_go_together_are_reported() -> None:
    error = only_error(
        a="type Query { t: T } type T @shareable { x: Int }",
        b="type Query { u: T } type T @shareable { x: String }",
    )
    assert (error.code, error.coordinate) == ("FIELD_TYPE_MISMATCH", "T.x")
    assert 'Int in subgraph "a"' in error.message
    assert 'String in subgraph "b"' in error.message
    assert [place.subgraph for place in error.locations] == ["a", "b"]


# Inputs and arguments ---------------------------------------------------------------------------


def test_an_input_keeps_what_all_have_and_becomes_the_most_specific() -> None:
    schema = api(
        a="type Query { a(in: In): Int } input In { x: Int y: Int only: Int }",
        b="type Query { b(in: In): Int } input In { x: Int! y: Int }",
    )
    merged = schema.type_map["In"]
    assert isinstance(merged, GraphQLInputObjectType)
    assert {n: str(f.type) for n, f in merged.fields.items()} == {"x": "Int!", "y": "Int"}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("x: Int", "y: Int", "EMPTY_MERGED_INPUT_TYPE"),
        ("x: Int must: Int!", "x: Int", "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"),
        ("x: Int", "x: String", "FIELD_TYPE_MISMATCH"),
        ("x: Int = 1", "x: Int = 2", "INPUT_FIELD_DEFAULT_MISMATCH"),
    ],
)
def test_inputs_that_can_not_be_merged_are_reported(first: str, second: str, code: str) -> None:
    assert codes(
        a=f"type Query {{ a(in: In): Int }} input In {{ {first} }}",
        b=f"type Query {{ b(in: In): Int }} input In {{ {second} }}",
    ) == [code]


def test_arguments_are_those_that_all_have() -> None:
    schema = api(
        a="type Query { f(x: Int, only: Int): Int @shareable }", b="type Query { f(x: Int!): Int @shareable }"
    )
    assert schema.query_type
    assert {n: str(a.type) for n, a in schema.query_type.fields["f"].args.items()} == {"x": "Int!"}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("(x: Int!)", "", "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"),
        ("(x: Int)", "(x: String)", "FIELD_ARGUMENT_TYPE_MISMATCH"),
        ("(x: Int = 1)", "(x: Int = 2)", "FIELD_ARGUMENT_DEFAULT_MISMATCH"),
    ],
)
def test_arguments_that_can_not_be_merged_are_reported(first: str, second: str, code: str) -> None:
    assert codes(
        a=f"type Query {{ f{first}: Int @shareable }}", b=f"type Query {{ f{second}: Int @shareable }}"
    ) == [code]


def test_default_values_are_kept_where_all_say_the_same() -> None:
    schema = api(
        a='type Query { f(x: [E!] = [B], y: String = "q"): Int @shareable } enum E { A B }',
        b="type Query { f(x: [E!] = [B], y: String): Int @shareable } enum E { A B }",
    )
    assert schema.query_type
    arguments = schema.query_type.fields["f"].args
    assert arguments["x"].default_value == ["B"]
    assert arguments["y"].ast_node is not None
    assert arguments["y"].ast_node.default_value is None, "not all have it"


# Enums ------------------------------------------------------------------------------------------

E = "enum E { %s }"


@pytest.mark.parametrize(
    ("use", "second", "merged"),
    [
        ("f: E", "f: E", {"A", "B", "C"}),
        ("f(e: E): Int", "f(e: E): Int", {"A"}),
    ],
    ids=["an output enum has all values", "an input enum has the common values"],
)
def test_enums_merge_by_their_use(use: str, second: str, merged: set[str]) -> None:
    schema = api(
        a=f"type Query {{ {use} @shareable }} enum E {{ A B }}",
        b=f"type Query {{ {second} @shareable }} enum E {{ A C }}",
    )
    enum = schema.type_map["E"]
    assert isinstance(enum, GraphQLEnumType)
    assert set(enum.values) == merged


def test_an_enum_for_both_must_be_equal_everywhere() -> None:
    first = "type Query { f(e: E): E @shareable } enum E { A %s }"
    assert codes(a=first % "", b=first % "B") == ["ENUM_VALUE_MISMATCH"]
    assert codes(a=first % "", b=first % "B @inaccessible") == []


def test_input_enums_need_a_common_value() -> None:
    first = "type Query { f(e: E): Int @shareable } enum E { %s }"
    assert codes(a=first % "A", b=first % "B") == ["EMPTY_MERGED_ENUM_TYPE"]


def test_join_enum_value_tells_who_knows_a_value() -> None:
    sdl = supergraph(a="type Query { a: E } enum E { A B }", b="type Query { b: E } enum E { A }")
    assert "A @join__enumValue(graph: A) @join__enumValue(graph: B)" in block(sdl, "enum E")
    assert "B @join__enumValue(graph: A)\n" in block(sdl, "enum E")


# Descriptions, deprecations, other directives -----------------------------------------------------


def test_the_description_that_most_have_is_kept() -> None:
    money = '"%s" type Money @shareable { "%s" amount: Int }'
    subgraphs = {
        name: f"type Query {{ {name}: Money }} " + money % text
        for name, text in (("a", ("One", "x")), ("b", ("Two", "y")), ("c", ("Two", "y")))
    }
    merged = api(**subgraphs).type_map["Money"]
    assert isinstance(merged, GraphQLObjectType)
    assert (merged.description, merged.fields["amount"].description) == ("Two", "y")
    assert hints(**subgraphs).count("INCONSISTENT_DESCRIPTION") == 2


def test_one_subgraph_may_deprecate_for_all() -> None:
    money = "type Money @shareable { amount: Int %s }"
    schema = api(
        a="type Query { a: Money } " + money % '@deprecated(reason: "use cents")',
        b="type Query { b: Money } " + money % "",
    )
    merged = schema.type_map["Money"]
    assert isinstance(merged, GraphQLObjectType)
    assert merged.fields["amount"].deprecation_reason == "use cents"


def test_scalars_keep_their_specification() -> None:
    scalar = 'scalar Date @specifiedBy(url: "https://example.com/date")'
    schema = api(a=f"type Query {{ a: Date }} {scalar}", b=f"type Query {{ b: Date }} {scalar}")
    assert schema.type_map["Date"].specified_by_url == "https://example.com/date"  # type: ignore[attr-defined]


def test_one_of_is_kept() -> None:
    sdl = supergraph(a="type Query { f(by: By!): Int } input By @oneOf { id: ID name: String }")
    assert "@oneOf" in block(sdl, "input By")


@pytest.mark.parametrize("field", ["id: ID!", "id: ID = 1"])
def test_fields_of_one_of_are_nullable_and_have_no_default(field: str) -> None:
    assert codes(a=f"type Query {{ f(by: By!): Int }} input By @oneOf {{ {field} }}") == ["INVALID_GRAPHQL"]


# Roots ------------------------------------------------------------------------------------------


def test_root_types_under_other_names_get_the_usual_ones() -> None:
    schema = api(
        a="schema { query: RootQuery mutation: Writes subscription: Live } "
        "type RootQuery { again: RootQuery x: Int } type Writes { set: Int } type Live { tick: Int }",
        b="type Query { y: Int }",
    )
    assert schema.query_type
    assert schema.mutation_type
    assert schema.subscription_type
    assert schema.query_type.name == "Query"
    assert set(schema.query_type.fields) == {"again", "x", "y"}
    assert str(schema.query_type.fields["again"].type) == "Query"
    assert (schema.mutation_type.name, schema.subscription_type.name) == ("Mutation", "Subscription")


@pytest.mark.parametrize(
    ("sdl", "code"),
    [
        ("schema { query: Q } type Q { x: Int } type Query { y: Int }", "ROOT_QUERY_USED"),
        (
            "schema { query: Query mutation: M } type Query { x: Int } type M { y: Int } "
            "type Mutation { z: Int }",
            "ROOT_MUTATION_USED",
        ),
        (
            "schema { query: Query subscription: S } type Query { x: Int } type S { y: Int } "
            "type Subscription { z: Int }",
            "ROOT_SUBSCRIPTION_USED",
        ),
    ],
)
def test_the_usual_name_of_a_root_can_not_be_anothers(sdl: str, code: str) -> None:
    assert codes(a=sdl) == [code]


def test_there_must_be_a_query() -> None:
    assert codes(a="type T { x: Int }") == ["NO_QUERIES"]
