"""@override, at once and step by step."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import block, codes, hints, only_error, supergraph

OLD = 'type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! total: Int }'
NEW = 'type Bill @key(fields: "id") { id: ID! total: Int @override(from: "old"%s) }'


def test_an_overridden_field_is_resolved_by_the_new_subgraph_alone() -> None:
    sdl = supergraph(old=OLD, new=NEW % "")
    assert 'total: Int @join__field(graph: NEW, override: "old")' in block(sdl, "type Bill")


@pytest.mark.parametrize("label", ["percent(1)", "percent(12.5)", "percent(100)", "beta-users", "a:b/c.d_e"])
def test_a_label_keeps_both_subgraphs(label: str) -> None:
    bill = block(supergraph(old=OLD, new=NEW % f', label: "{label}"'), "type Bill")
    assert f'@join__field(graph: NEW, override: "old", overrideLabel: "{label}")' in bill
    assert f'@join__field(graph: OLD, overrideLabel: "{label}")' in bill


@pytest.mark.parametrize("label", ["percent(101)", "percent(-1)", "percent(x)", "1st", "", "a b"])
def test_a_label_is_a_percentage_or_a_word(label: str) -> None:
    assert codes(old=OLD, new=NEW % f', label: "{label}"') == ["OVERRIDE_LABEL_INVALID"]


def test_a_label_decides_for_all_fields_of_a_request() -> None:
    """Bill and its Sum move together, so that no key is needed on Sum."""
    old = (
        'type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! sum: Sum } type Sum { total: Int }'
    )
    new = """type Bill @key(fields: "id") { id: ID! sum: Sum @override(from: "old", label: "beta") }
      type Sum { total: Int @override(from: "old", label: "%s") }"""
    assert codes(old=old, new=new % "beta") == []
    error = only_error(old=old, new=new % "other")
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "Sum.total")
    assert 'where the @override label "other" is off' in error.message
    assert 'it moves by the label "other"' in error.message


def test_a_key_can_not_rest_on_a_field_that_is_on_the_move() -> None:
    error = only_error(
        old='type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! code: ID }',
        new='type Query { again: Bill } type Bill @key(fields: "id") @key(fields: "code") '
        '{ id: ID! code: ID @override(from: "old", label: "beta") }',
        third='type Bill @key(fields: "code") { code: ID paid: Boolean }',
    )
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "Bill.paid")
    assert 'its key {code} can\'t be had from new (it moves by the label "beta")' in error.message


def test_a_field_can_not_override_itself() -> None:
    assert codes(new=OLD.replace("total: Int", 'total: Int @override(from: "new")')) == [
        "OVERRIDE_FROM_SELF_ERROR"
    ]


def test_an_override_can_not_be_overridden() -> None:
    assert "OVERRIDE_SOURCE_HAS_OVERRIDE" in codes(
        old=OLD.replace("total: Int", 'total: Int @override(from: "new")'), new=NEW % ""
    )


TAXED = 'type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! total: Int tax: Int }'
TAKER = """type Bill @key(fields: "id") {
  id: ID! tax: Int @external total: Int @override(from: "old"%s) @requires(fields: "tax") }"""


@pytest.mark.parametrize("label", ["", ', label: "percent(5)"'])
def test_a_field_that_takes_over_may_require_what_the_old_subgraph_has(label: str) -> None:
    bill = block(supergraph(old=TAXED, new=TAKER % label), "type Bill")
    assert 'requires: "tax", override: "old"' in bill


def test_a_field_that_takes_over_may_provide() -> None:
    line = (
        'type Bill @key(fields: "id") { id: ID! line: Line %s } '
        'type Line @key(fields: "id") { id: ID! n: Int %s }'
    )
    old = "type Query { bill: Bill } " + line % ("", "@shareable")
    new = line % ('@override(from: "old") @provides(fields: "n")', "@external")
    bill = block(supergraph(old=old, new=new), "type Bill")
    assert 'line: Line @join__field(graph: NEW, provides: "n", override: "old")' in bill


def test_what_a_third_subgraph_requires_may_be_taken_over_by_a_field_that_requires() -> None:
    third = (
        'type Bill @key(fields: "id") { id: ID! total: Int @external sum: Int @requires(fields: "total") }'
    )
    assert codes(old=TAXED, new=TAKER % "", third=third) == []


def test_fields_that_require_each_other_by_overrides_can_not_be_had() -> None:
    other = """type Bill @key(fields: "id") {
      id: ID! total: Int @external tax: Int @override(from: "old") @requires(fields: "total") }"""
    assert codes(old=TAXED, new=TAKER % "", other=other) == ["SATISFIABILITY_ERROR"] * 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'tax: Int @external total: Int @requires(fields: "tax")',
            'tax: Int total: Int @override(from: "old")',
        ),
        (
            "tax: Int total: Int",
            'tax: Int @requires(fields: "total") total: Int @override(from: "old") @external',
        ),
    ],
    ids=["the overridden field requires", "the overriding field is external"],
)
def test_an_overridden_field_requires_nothing_and_an_overriding_one_is_resolved(old: str, new: str) -> None:
    bill = 'type Bill @key(fields: "id") { id: ID! %s }'
    assert "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE" in codes(
        old="type Query { bill: Bill } " + bill % old, new=bill % new
    )


def test_hints_tell_how_far_a_migration_is() -> None:
    assert "OVERRIDDEN_FIELD_CAN_BE_REMOVED" in hints(old=OLD, new=NEW % "")
    assert "OVERRIDE_MIGRATION_IN_PROGRESS" in hints(old=OLD, new=NEW % ', label: "percent(5)"')
    gone = OLD.replace(" total: Int", "")
    assert "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED" in hints(old=gone, new=NEW % "")
    assert "FROM_SUBGRAPH_DOES_NOT_EXIST" in hints(old=gone, new=(NEW % "").replace("old", "odl"))


def test_a_field_overridden_where_it_is_a_key_stays_declared() -> None:
    sdl = supergraph(
        old="type Query { bill: Bill } "
        'type Bill @key(fields: "id") @key(fields: "code") { id: ID! code: ID total: Int }',
        new='type Bill @key(fields: "id") @key(fields: "code") '
        '{ id: ID! @override(from: "old") code: ID other: Int }',
    )
    assert "usedOverridden: true" in block(sdl, "type Bill")
