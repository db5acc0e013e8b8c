"""@shareable: who may resolve a field that others resolve too."""

from __future__ import annotations

from tests.router.composition.composing import HEAD, block, codes, compose_fed1, hints, only_error, supergraph


def test_shareable_fields_are_resolved_by_all() -> None:
    money = "type Money @shareable { amount: Int unit: String }"
    sdl = supergraph(a=f"type Query {{ a: Money }} {money}", b=f"type Query {{ b: Money }} {money}")
    assert "amount: Int\n" in block(sdl, "type Money"), "a field that all have needs no join"


def test_shareable_must_be_said_by_all() -> None:
    error = only_error(
        a="type Query { a: Money } type Money @shareable { amount: Int }",
        b="type Query { b: Money } type Money { amount: Int }",
    )
    assert (error.code, error.coordinate) == ("INVALID_FIELD_SHARING", "Money.amount")
    assert [place.subgraph for place in error.locations] == ["b"], "the one that doesn't say so is named"
    assert error.fix is not None


def test_shareable_on_a_definition_says_nothing_of_its_extensions() -> None:
    assert codes(
        a="type Query { a: M } type M @shareable { x: Int } extend type M { y: Int }",
        b="type Query { b: M } type M @shareable { x: Int y: Int }",
    ) == ["INVALID_FIELD_SHARING"]


def test_shareable_is_not_for_interfaces() -> None:
    assert "INVALID_SHAREABLE_USAGE" in codes(a="type Query { i: I } interface I { x: Int @shareable }")


def test_shareable_may_be_repeated_from_2_2_on() -> None:
    sdl = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.%s", import: ["@shareable"])
      type Query { a: M } type M @shareable { x: Int } extend type M @shareable { y: Int }"""
    assert compose_fed1(a=sdl % 2).ok
    assert [e.code for e in compose_fed1(a=sdl % 1).errors] == ["INVALID_GRAPHQL"]


def test_subscriptions_can_not_be_shared() -> None:
    assert "INVALID_FIELD_SHARING" in codes(
        a="type Query { x: Int } type Subscription { tick: Int @shareable }",
        b="type Subscription { tick: Int @shareable }",
    )


def test_a_value_type_that_is_not_whole_everywhere_gets_a_hint() -> None:
    found = hints(
        a="type Query { a: M @shareable } type M @shareable { x: Int y: Int }",
        b="type Query { a: M @shareable b: N } type N { m: Int } type M @shareable { x: Int y: Int }",
    )
    assert found == []
    found = hints(
        a="type Query { a: M } type M @shareable { x: Int y: Int }",
        b="type Query { b: Int } type M @shareable { x: Int }",
    )
    assert found == ["INCONSISTENT_OBJECT_VALUE_TYPE_FIELD"]


def test_errors_of_all_subgraphs_come_at_once() -> None:
    composition = compose_fed1(
        a=HEAD + "type Query { x: Int @nope y: Nope }",
        b=HEAD + "type Other { z: Lost }",
        c=HEAD + "type {",
    )
    assert {e.subgraph for e in composition.errors} == {"a", "b", "c"}
    assert len(composition.errors) == 4
