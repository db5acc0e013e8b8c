"""Arguments of directives: what is equal, what is read kindly, which enums they use, what must fit."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import block, codes, compose_fed2, hints, only_error, supergraph

COMPOSE = """extend schema @link(url: "https://example.com/mark/v1.%d", import: ["@mark"])
  @composeDirective(name: "@mark") """


def pair(definition: str, first: str, second: str, more: str = "") -> dict[str, str]:
    """Two subgraphs that compose one directive and apply it to a field they share."""
    sdl = (
        COMPOSE % 0 + f"directive @mark {definition} type Query {{{{ q{{}}: Int s: Int @shareable {{}} }}}} "
    )
    return {
        "a": sdl.format("a", first) + more,
        "b": sdl.format("b", second) + more,
    }


@pytest.mark.parametrize(
    ("definition", "first", "second"),
    [
        ("(n: Int = 1) on FIELD_DEFINITION", "@mark", "@mark(n: 1)"),
        ("(n: Int = 1) repeatable on FIELD_DEFINITION", "@mark", "@mark(n: 1)"),
        ("(n: Float) on FIELD_DEFINITION", "@mark(n: 2)", "@mark(n: 2.0)"),
        ("(n: [Int]) on FIELD_DEFINITION", "@mark(n: 2)", "@mark(n: [2])"),
        ("on FIELD_DEFINITION", "@deprecated", '@deprecated(reason: "No longer supported")'),
    ],
)
def test_applications_that_mean_the_same_are_one(definition: str, first: str, second: str) -> None:
    subgraphs = pair(definition, first, second)
    assert hints(**subgraphs) == []
    assert f"s: Int {first}\n" in block(supergraph(**subgraphs), "type Query")


def test_what_is_chosen_is_not_said_to_be_merged() -> None:
    assert hints(**pair("(n: Int) on FIELD_DEFINITION", "@mark(n: 1)", "@mark(n: 2)")) == [
        "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
    ]
    assert hints(**pair("on FIELD_DEFINITION", "@cost(weight: 1)", "@cost(weight: 2)")) == [
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
    ]


def test_tags_on_a_composed_directives_arguments_are_carried() -> None:
    sdl = supergraph(**pair('(n: Int @tag(name: "t")) on FIELD_DEFINITION', "", ""))
    assert 'directive @mark(n: Int @tag(name: "t")) on FIELD_DEFINITION' in sdl


@pytest.mark.parametrize("location", ["FIELD_DEFINITION", "FIELD"], ids=["composed", "executable"])
def test_a_directives_argument_uses_its_enum_as_input(location: str) -> None:
    head = COMPOSE % 0 if location == "FIELD_DEFINITION" else ""
    sdl = head + "directive @mark(as: [Kind!]) on %s enum Kind { %s } type Query { %s: Int %s }"
    a = sdl % (location, "ONE TWO", "a", "@mark(as: ONE)" if head else "")
    assert hints(a=a) == []
    b = sdl % (location, "ONE", "b", "")
    assert hints(a=a, b=b) == ["INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM"]
    assert "TWO" not in block(supergraph(a=a, b=b), "enum Kind")
    both = {"a": a.replace("a: Int", "a: Kind"), "b": b.replace("b: Int", "b: Kind")}
    assert codes(**both) == ["ENUM_VALUE_MISMATCH"]


def test_an_enum_of_a_directive_that_stays_behind_is_unused() -> None:
    a = "directive @mark(as: Kind) on FIELD enum Kind { ONE } type Query { a: Int }"
    assert hints(a=a, b="type Query { b: Int }") == [
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
        "UNUSED_ENUM_TYPE",
    ]


@pytest.mark.parametrize(
    ("older", "application"),
    [
        ("(as: Kind, by: String) on FIELD_DEFINITION", '@mark(by: "me")'),
        ("on FIELD_DEFINITION", "@mark"),
        ("(as: Kind) on FIELD_DEFINITION", "@mark(as: TWO)"),
        ("(as: Kind) on FIELD_DEFINITION | OBJECT", "@mark(as: ONE)"),
    ],
    ids=["an argument is gone", "one is required", "a value is gone", "a place is gone"],
)
def test_an_application_must_fit_the_definition_that_is_carried(older: str, application: str) -> None:
    place = "type Query %s { a: Int }" if "OBJECT" in older else "type Query { a: Int %s }"
    error = only_error(
        a=COMPOSE % 0 + f"directive @mark {older} enum Kind {{ ONE TWO }} " + place % application,
        b=COMPOSE % 1
        + "directive @mark(as: Kind!) on FIELD_DEFINITION enum Kind { ONE } type Query { b: Int }",
    )
    assert error.code == "INVALID_GRAPHQL"
    assert "does not take" in error.message
    assert error.fix


def test_a_word_without_quotes_is_a_string_where_a_directive_takes_one() -> None:
    sdl = COMPOSE % 0 + (
        "directive @mark(by: String, also: [String!]) on FIELD_DEFINITION "
        'type Query { a: Int @mark(by: payments, also: [search, "b"]) @tag(name: internal) }'
    )
    composition = compose_fed2(a=sdl)
    assert [(h.code, h.coordinate) for h in composition.hints] == [("UNQUOTED_STRING", "Query.a")] * 2
    assert composition.supergraph_sdl is not None
    line = block(composition.supergraph_sdl, "type Query")
    assert '@mark(by: "payments", also: ["search", "b"])' in line
    assert '@tag(name: "internal")' in line


@pytest.mark.parametrize(
    ("sdl", "code"),
    [
        ("type Query { a: Int @tag(name: 3) }", "INVALID_GRAPHQL"),
        ("type Query { a: Int @cost(weight: heavy) }", "INVALID_GRAPHQL"),
        ("type Query { t: T } type T @key(fields: id) { id: ID }", "KEY_INVALID_FIELDS_TYPE"),
    ],
)
def test_nothing_else_is_read_kindly(sdl: str, code: str) -> None:
    assert codes(a=sdl) == [code]
