"""Directives that subgraphs define reach them, from wherever an operation may apply them."""

from __future__ import annotations

import pytest
from graphql import parse, validate

from tests.router.planning.planned import Planned, sketch

NOTE = """
    directive @note(n: Int) repeatable on QUERY | MUTATION | SUBSCRIPTION | FIELD | FRAGMENT_SPREAD
      | INLINE_FRAGMENT | FRAGMENT_DEFINITION | VARIABLE_DEFINITION
    directive @audit(by: String) on MUTATION | SUBSCRIPTION
    directive @spread on FIELD | FRAGMENT_SPREAD | FRAGMENT_DEFINITION
"""
SHOP = Planned(
    a=NOTE
    + """
        type Query { word(of: Int): String t: T u: U }
        type Mutation { put(n: Int): T set(n: Int): T }
        type Subscription { told: T }
        type T @key(fields: "id") { id: ID! a(n: Int): Int inner: Inner }
        type U @key(fields: "id") { id: ID! }
        type Inner { x: Int y: Int }
    """,
    b=NOTE
    + """
        type T @key(fields: "id") { id: ID! name: String title: String }
        type U @key(fields: "id") { id: ID! name: String }
    """,
)


def documents(operation: str, *, defer: bool = False) -> list[str]:
    return [f"{fetch.service} {fetch.document}" for fetch in SHOP.plan(operation, defer=defer).fetches]


def test_those_of_an_operation_go_with_each_fetch_with_their_variables() -> None:
    assert documents("query Q($u: Int, $w: Int) @note(n: $u) @note { word(of: $w) t { name } }") == [
        "a query($u:Int,$w:Int)@note(n:$u)@note{word(of:$w) t{id}}",
        "b query($representations:[_Any!]!,$u:Int)@note(n:$u)@note"
        "{_entities(representations:$representations){...on T{name}}}",
    ]


def test_an_operation_without_variables_keeps_its_kind_to_hold_them() -> None:
    assert documents("query @note { word }") == ["a query@note{word}"]


def test_those_that_may_not_stand_at_queries_stay_with_the_mutation_itself() -> None:
    assert documents("mutation ($w: String) @audit(by: $w) @note(n: 1) { put { name } }") == [
        "a mutation($w:String)@audit(by:$w)@note(n:1){put{id}}",
        "b query($representations:[_Any!]!)@note(n:1)"
        "{_entities(representations:$representations){...on T{name}}}",
    ]


def test_a_subscription_takes_them_along() -> None:
    first, second = documents('subscription @audit(by: "x") @note(n: 1) { told { name } }')
    assert first == 'a subscription@audit(by:"x")@note(n:1){told{id}}'
    assert second.startswith("b query($representations:[_Any!]!)@note(n:1){")


def test_those_of_fragments_stand_around_their_fields_in_each_subgraph() -> None:
    assert sketch(SHOP.plan("query ($u: Int) { t { ...F @note(n: $u) } } fragment F on T { a name }")) == [
        "a query($u:Int){t{...@note(n:$u){a} id}}",
        "b t (0) T{id} => ...on T{...@note(n:$u){name}}",
    ]


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("{ ... @note(n: 2) { word } }", "{...@note(n:2){word}}"),
        ("{ ... on Query @note { t { a } } }", "{...@note{t{a}}}"),
        ("{ ...F } fragment F on Query @note(n: 3) { word }", "{...@note(n:3){word}}"),
        (
            "{ ...F @note(n: 1) @note } fragment F on Query @note(n: 3) { word }",
            "{...@note(n:1)@note{...@note(n:3){word}}}",
        ),
        (
            "{ ... @note { ... @note(n: 1) { word } ... { t { a } } } }",
            "{...@note{...@note(n:1){word}} ...@note{t{a}}}",
        ),
        ("{ ... @note { word @note(n: 5) } }", "{...@note{word@note(n:5)}}"),
        ("{ ... @note @skip(if: false) @include(if: true) { word } }", "{...@note{word}}"),
        ("query ($n: Int @note(n: 4)) { word(of: $n) }", "query($n:Int@note(n:4)){word(of:$n)}"),
    ],
)
def test_each_place_keeps_its_own(operation: str, document: str) -> None:
    assert documents(operation) == ["a " + document]


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("{ word @note word @note(n: 1) word }", "{word@note word_2:word@note(n:1) word_3:word}"),
        ("{ word ... @note { word } }", "{word ...@note{word_2:word}}"),
        ("{ t { a } ... @note { t { inner { x } } } }", "{t{a} ...@note{t{inner{x}}}}"),
        (
            "{ ...F @note ...F @note(n: 1) ...F } fragment F on Query { t { a } }",
            "{...@note{t{a}} ...@note(n:1){t{a}} t{a}}",
        ),
    ],
)
def test_what_differs_in_its_directives_is_not_merged(operation: str, document: str) -> None:
    assert documents(operation) == ["a " + document]


def test_a_key_is_read_from_a_field_without_directives() -> None:
    assert documents("{ t { id @note name } }")[0] == "a {t{id@note id_2:id}}"


def test_a_mutation_keeps_the_order_of_its_fields() -> None:
    operation = "mutation { put(n: 1) { a } ... @note { set(n: 2) { a } } last: put(n: 3) { a } }"
    assert documents(operation) == ["a mutation{put(n:1){a} ...@note{set(n:2){a}} last:put(n:3){a}}"]


def test_a_deferred_part_has_its_own() -> None:
    operation = "{ t { a ... @defer @note(n: 1) { name } ... @note(n: 2) @defer { inner { x } } } }"
    assert [each[2:] for each in documents(operation, defer=True)][1:] == [
        "query($representations:[_Any!]!){_entities(representations:$representations)"
        "{...on T{...@note(n:1){name}}}}",
        "query($representations:[_Any!]!){_entities(representations:$representations)"
        "{...on T{...@note(n:2){inner{x}}}}}",
    ]


def test_the_response_has_the_fields_in_their_order() -> None:
    plan = SHOP.plan("{ t { inner { x } ... @note { inner { y } } a } }")
    (t,) = plan.response.fields
    assert t.selection is not None
    assert [field.key for field in t.selection.fields] == ["inner", "a"]
    assert t.selection.fields[0].selection is not None
    assert [field.key for field in t.selection.fields[0].selection.fields] == ["x", "y"]


@pytest.mark.parametrize(
    "operation",
    ["{ ...F @spread } fragment F on Query { word }", "{ ...F } fragment F on Query @spread { word }"],
)
def test_what_can_not_stand_at_the_fragments_that_are_sent_is_refused(operation: str) -> None:
    (error,) = validate(SHOP.schema, parse(operation))
    assert error.message.startswith("Directive '@spread' may not be used on fragment ")
