"""Every kind of change of an API schema, between two schemas that differ in nothing else."""

from __future__ import annotations

import pytest
from graphql import find_breaking_changes, find_dangerous_changes

from router.checking import SEVERITIES, Api, ApiError, Severity, compare, read_api
from tests.router.planning.planned import supergraph_sdl

Q = "type Query { a: Int } "

CASES: dict[str, tuple[str, str, str]] = {
    "TYPE_REMOVED A": (Q + "type A { a: Int }", Q, "breaking"),
    "TYPE_ADDED A": (Q, Q + "type A { a: Int }", "safe"),
    "TYPE_KIND_CHANGED A": (Q + "type A { a: Int }", Q + "scalar A", "breaking"),
    "ROOT_TYPE_REMOVED M": (
        "schema { query: Query mutation: M } type M { a: Int }" + Q,
        "schema { query: Query } type M { a: Int }" + Q,
        "breaking",
    ),
    "ROOT_TYPE_ADDED M": (
        "schema { query: Query } type M { a: Int }" + Q,
        "schema { query: Query mutation: M } type M { a: Int }" + Q,
        "safe",
    ),
    "ROOT_TYPE_RENAMED Query": (
        "schema { query: Query } type B { a: Int }" + Q,
        "schema { query: B } type B { a: Int }" + Q,
        "dangerous",
    ),
    "FIELD_REMOVED Query.b": ("type Query { a: Int b: Int }", Q, "breaking"),
    "FIELD_ADDED Query.b": (Q, "type Query { a: Int b: Int }", "safe"),
    "FIELD_TYPE_CHANGED Query.a": ("type Query { a: [Int!] }", "type Query { a: [Int] }", "breaking"),
    "FIELD_TYPE_NARROWED Query.a": ("type Query { a: [[Int]] }", "type Query { a: [[Int!]!]! }", "safe"),
    "ARGUMENT_REMOVED Query.a(x:)": ("type Query { a(x: Int): Int }", Q, "breaking"),
    "REQUIRED_ARGUMENT_ADDED Query.a(x:)": (Q, "type Query { a(x: Int!): Int }", "breaking"),
    "OPTIONAL_ARGUMENT_ADDED Query.a(x:)": (Q, "type Query { a(x: Int! = 1): Int }", "dangerous"),
    "ARGUMENT_TYPE_CHANGED Query.a(x:)": (
        "type Query { a(x: [Int]): Int }",
        "type Query { a(x: [Int!]): Int }",
        "breaking",
    ),
    "ARGUMENT_TYPE_WIDENED Query.a(x:)": (
        "type Query { a(x: [Int!]!): Int }",
        "type Query { a(x: [Int]): Int }",
        "safe",
    ),
    "ARGUMENT_BECAME_REQUIRED Query.a(x:)": (
        "type Query { a(x: Int! = 1): Int }",
        "type Query { a(x: Int!): Int }",
        "breaking",
    ),
    "ARGUMENT_DEFAULT_CHANGED Query.a(x:)": (
        "type Query { a(x: [Int] = 1): Int }",
        "type Query { a(x: [Int] = [1, 2]): Int }",
        "dangerous",
    ),
    "INPUT_FIELD_REMOVED I.b": (Q + "input I { a: Int b: Int }", Q + "input I { a: Int }", "breaking"),
    "REQUIRED_INPUT_FIELD_ADDED I.b": (
        Q + "input I { a: Int }",
        Q + "input I { a: Int b: Int! }",
        "breaking",
    ),
    "OPTIONAL_INPUT_FIELD_ADDED I.b": (
        Q + "input I { a: Int }",
        Q + "input I { a: Int b: Int }",
        "dangerous",
    ),
    "INPUT_FIELD_TYPE_CHANGED I.a": (Q + "input I { a: Int }", Q + "input I { a: Int! }", "breaking"),
    "INPUT_FIELD_TYPE_WIDENED I.a": (Q + "input I { a: Int! }", Q + "input I { a: Int }", "safe"),
    "INPUT_FIELD_BECAME_REQUIRED I.a": (
        Q + "input I { a: Int! = 1 }",
        Q + "input I { a: Int! }",
        "breaking",
    ),
    "INPUT_FIELD_DEFAULT_CHANGED I.a": (
        Q + "input I { a: Int = 1 }",
        Q + "input I { a: Int = 2 }",
        "dangerous",
    ),
    "ENUM_VALUE_REMOVED E.B": (Q + "enum E { A B }", Q + "enum E { A }", "breaking"),
    "ENUM_VALUE_ADDED E.B": (
        "type Query { a: E } enum E { A }",
        "type Query { a: E } enum E { A B }",
        "dangerous",
    ),
    "INPUT_ENUM_VALUE_ADDED E.B": (
        "type Query { a(e: E): Int } enum E { A }",
        "type Query { a(e: E): Int } enum E { A B }",
        "safe",
    ),
    "UNION_MEMBER_REMOVED U": (
        "type Query { a: U b: B } union U = Query | B type B { b: Int }",
        "type Query { a: U b: B } union U = Query type B { b: Int }",
        "breaking",
    ),
    "UNION_MEMBER_ADDED U": (
        "type Query { a: U b: B } union U = Query type B { b: Int }",
        "type Query { a: U b: B } union U = Query | B type B { b: Int }",
        "dangerous",
    ),
    "INTERFACE_REMOVED Query": (
        "type Query implements I { a: Int } interface I { a: Int }",
        "type Query { a: Int } interface I { a: Int }",
        "breaking",
    ),
    "INTERFACE_ADDED Query": (
        "type Query { a: Int } interface I { a: Int }",
        "type Query implements I { a: Int } interface I { a: Int }",
        "dangerous",
    ),
    "ONE_OF_ADDED I": (Q + "input I { a: Int b: Int }", Q + "input I @oneOf { a: Int b: Int }", "breaking"),
    "ONE_OF_REMOVED I": (Q + "input I @oneOf { a: Int b: Int }", Q + "input I { a: Int b: Int }", "safe"),
    "SCALAR_SPECIFICATION_CHANGED S": (
        Q + 'scalar S @specifiedBy(url: "http://a")',
        Q + 'scalar S @specifiedBy(url: "http://b")',
        "dangerous",
    ),
    "DIRECTIVE_REMOVED @d": (Q + "directive @d on FIELD", Q, "breaking"),
    "DIRECTIVE_ADDED @d": (Q, Q + "directive @d on FIELD", "safe"),
    "DIRECTIVE_LOCATION_REMOVED @d": (
        Q + "directive @d on FIELD | QUERY",
        Q + "directive @d on FIELD",
        "breaking",
    ),
    "DIRECTIVE_LOCATION_ADDED @d": (
        Q + "directive @d on FIELD",
        Q + "directive @d on FIELD | QUERY",
        "safe",
    ),
    "DIRECTIVE_REPEATABLE_REMOVED @d": (
        Q + "directive @d repeatable on FIELD",
        Q + "directive @d on FIELD",
        "breaking",
    ),
    "DIRECTIVE_REPEATABLE_ADDED @d": (
        Q + "directive @d on FIELD",
        Q + "directive @d repeatable on FIELD",
        "safe",
    ),
    "DEPRECATED Query.a": (Q, 'type Query { a: Int @deprecated(reason: "r") }', "safe"),
    "UNDEPRECATED Query.a": ("type Query { a: Int @deprecated }", Q, "safe"),
    "DEPRECATION_REASON_CHANGED Query.a": (
        "type Query { a: Int @deprecated }",
        'type Query { a: Int @deprecated(reason: "r") }',
        "safe",
    ),
    "DESCRIPTION_CHANGED Query.a": (Q, 'type Query { "An A." a: Int }', "safe"),
    "ACCESS_STRICTER Query.a": (Q, "type Query { a: Int @authenticated }", "breaking"),
    "ACCESS_LOOSER Query.a": ("type Query { a: Int @authenticated }", Q, "dangerous"),
    "COST_RAISED Query.a": (Q, "type Query { a: Int @cost(weight: 2) }", "dangerous"),
    "COST_LOWERED Query.a(x:)": (
        "type Query { a(x: Int @cost(weight: 2)): Int }",
        "type Query { a(x: Int): Int }",
        "safe",
    ),
    "LIST_SIZE_CHANGED Query.a": (
        "type Query { a: [Int] @listSize(assumedSize: 3) }",
        "type Query { a: [Int] @listSize(assumedSize: 30) }",
        "dangerous",
    ),
    "SLICING_ARGUMENT_REQUIRED Query.a": (
        'type Query { a(n: Int): [Int] @listSize(slicingArguments: ["n"] requireOneSlicingArgument: false) }',
        'type Query { a(n: Int): [Int] @listSize(slicingArguments: ["n"]) }',
        "dangerous",
    ),
}


def changes(old: Api, new: Api) -> list[tuple[str, str]]:
    return [(f"{c.kind} {c.coordinate}", c.severity.name) for c in compare(old, new)]


@pytest.mark.parametrize(
    ("change", "old", "new", "severity"), [(name, *case) for name, case in CASES.items()]
)
def test_a_change_is_found_alone_with_its_severity(change: str, old: str, new: str, severity: str) -> None:
    assert changes(read_api(old), read_api(new)) == [(change, severity)]


def test_every_kind_of_change_has_its_case() -> None:
    assert {name.split()[0] for name in CASES} == set(SEVERITIES)


# graphql-core doesn't look whether clients can receive the new value.
COMMON = {name: case[:2] for name, case in CASES.items() if not name.startswith("INPUT_ENUM_VALUE_ADDED")}


@pytest.mark.parametrize(("old", "new"), COMMON.values(), ids=COMMON)
def test_what_graphql_core_finds_breaking_or_dangerous_is_found_here(old: str, new: str) -> None:
    before, after = read_api(old), read_api(new)
    found = compare(before, after)
    worst = max((c.severity for c in found), default=Severity.safe)
    if find_breaking_changes(before.schema, after.schema):
        assert worst == Severity.breaking
    elif find_dangerous_changes(before.schema, after.schema):
        assert worst >= Severity.dangerous


def test_a_schema_that_stays_as_it_is_has_no_changes() -> None:
    for old, new, _ in CASES.values():
        assert compare(read_api(old), read_api(old)) == []
        assert compare(read_api(new), read_api(new)) == []


def test_arguments_of_directives_are_compared_like_those_of_fields() -> None:
    old = read_api(Q + "directive @d(a: Int) on FIELD")
    new = read_api(Q + "directive @d(b: Int!) on FIELD")
    assert changes(old, new) == [
        ("ARGUMENT_REMOVED @d(a:)", "breaking"),
        ("REQUIRED_ARGUMENT_ADDED @d(b:)", "breaking"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('[["a"]]', '[["a"], ["b"]]', "ACCESS_LOOSER"),
        ('[["a"], ["b"]]', '[["a"]]', "ACCESS_STRICTER"),
        ('[["a"]]', '[["a", "b"]]', "ACCESS_STRICTER"),
        ('[["a", "b"]]', '[["b"]]', "ACCESS_LOOSER"),
        ('[["a"]]', '[["b"]]', "ACCESS_STRICTER"),
    ],
)
@pytest.mark.parametrize("rule", ["requiresScopes(scopes:", "policy(policies:"])
def test_scopes_and_policies_are_compared_as_alternatives(rule: str, old: str, new: str, kind: str) -> None:
    before, after = (read_api(f"type Query {{ a: Int @{rule} {said}) }}") for said in (old, new))
    assert [c.kind for c in compare(before, after)] == [kind]


def test_an_object_costs_one_where_nothing_is_said() -> None:
    old, new = read_api(Q + "type A { a: Int }"), read_api(Q + "type A @cost(weight: 1) { a: Int }")
    assert changes(old, new) == []


def test_costs_of_a_supergraph_are_compared_wherever_they_come_from() -> None:
    old = supergraph_sdl({"a": "type Query { a: Int }"})
    new = supergraph_sdl({"a": "type Query { a: Int @federation__cost(weight: 5) }"})
    assert changes(read_api(old), read_api(new)) == [("COST_RAISED Query.a", "dangerous")]


def test_tags_say_nothing_to_clients() -> None:
    assert changes(read_api(Q), read_api('type Query { a: Int @tag(name: "t") }')) == []


def test_an_extension_of_nothing_is_a_definition() -> None:
    old = read_api("extend type Query { a: A b: Int } extend type A { a: Int } extend type Query { c: Int }")
    new = read_api("type Query { a: A c: Int } type A { a: Int }")
    assert changes(old, new) == [("FIELD_REMOVED Query.b", "breaking")]


def test_a_supergraph_is_compared_by_what_clients_see() -> None:
    old = supergraph_sdl({"a": "type Query { a: Int b: Int c: Int @inaccessible }"})
    new = supergraph_sdl({"a": "type Query { a: Int @inaccessible b: Int }", "b": "type Query { d: Int }"})
    assert changes(read_api(old), read_api(new)) == [
        ("FIELD_REMOVED Query.a", "breaking"),
        ("FIELD_ADDED Query.d", "safe"),
    ]


def test_a_renamed_access_directive_is_known_by_its_link() -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "auth")'
    assert read_api("type Query { a: Int @auth }" + link).access.keys() == {"Query.a"}


def test_a_place_is_where_the_element_stands_in_the_new_file() -> None:
    found = compare(read_api(Q), read_api("type Query {\n  a: Int\n  b: Int\n}"))
    assert found[0].place == (3, 3)


@pytest.mark.parametrize(
    "sdl", ["type Query {", "", "type A { a: Int }", "type Query { a: Nowhere }", "{ a }"]
)
def test_what_describes_no_schema_is_a_coded_error(sdl: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_api(sdl)
    assert caught.value.code == "INVALID_SCHEMA"
