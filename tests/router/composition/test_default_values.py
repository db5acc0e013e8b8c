"""Default values of several subgraphs: equal ones merge however they are written, different ones don't."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import block, codes, hints, supergraph

TYPES = "input Box { x: Float y: [Int] } enum Size { S M } scalar Any"
EQUAL = [
    ("Float", "5", "5.0"),
    ("Float!", "2.50", "2.5"),
    ("Float", "4e2", "400"),
    ("Float", "0", "-0.0"),
    ("Box", "{x: 1, y: [2]}", "{y: 2, x: 1.0}"),
    ("[Box!]", "[{x: 1}]", "{x: 1.0}"),
    ("[[Int]]", "3", "[[3]]"),
    ("ID", "7", '"7"'),
    ("Size", "S", "S"),
    ("String", '"a"', '"""a"""'),
    ("Any", "{a: 1, b: [x]}", '{b: ["x"], a: 1.0}'),
]
DIFFERENT = [
    ("Float", "5", "5.1"),
    ("Float", "null", "0"),
    ("Float", f"1{'0' * 400}", f"2{'0' * 400}"),
    ("Box", "{x: 1}", "{x: 1, y: null}"),
    ("[Int]", "[]", "[null]"),
    ("ID", "7", '"07"'),
    ("Size", "S", "M"),
    ("Any", "[1]", "1"),
    ("Any", "true", '"true"'),
]


def pair(ref: str, first: str, second: str) -> dict[str, str]:
    """Two subgraphs that share a field whose argument has a default value."""
    sdl = "type Query {{ f(v: {} = {}): Int @shareable }} " + TYPES.replace("{", "{{").replace("}", "}}")
    return {"a": sdl.format(ref, first), "b": sdl.format(ref, second)}


def inputs(ref: str, first: str, second: str) -> dict[str, str]:
    """Two subgraphs that share an input object whose field has a default value."""
    sdl = "type Query { q%s(i: I): Int } input I { v: %s = %s } " + TYPES
    return {"a": sdl % ("a", ref, first), "b": sdl % ("b", ref, second)}


def external(ref: str, first: str, second: str) -> dict[str, str]:
    """A field's argument with a default value where it is resolved and where it is only named."""
    types = 'type T @key(fields: "id") { id: ID f(v: %s = %s): Int %s } ' + TYPES
    required = '@external g: Int @requires(fields: "f")'
    return {"a": "type Query { t: T } " + types % (ref, first, ""), "b": types % (ref, second, required)}


@pytest.mark.parametrize(("ref", "first", "second"), EQUAL)
def test_equal_default_values_may_be_written_differently(ref: str, first: str, second: str) -> None:
    for subgraphs in (pair, inputs, external):
        assert codes(**subgraphs(ref, first, second)) == []


@pytest.mark.parametrize(("ref", "first", "second"), DIFFERENT)
def test_different_default_values_do_not_merge(ref: str, first: str, second: str) -> None:
    assert codes(**pair(ref, first, second)) == ["FIELD_ARGUMENT_DEFAULT_MISMATCH"]
    assert codes(**inputs(ref, first, second)) == ["INPUT_FIELD_DEFAULT_MISMATCH"]
    assert codes(**external(ref, first, second)) == ["EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"]


def test_the_first_way_of_writing_reaches_the_supergraph() -> None:
    assert "f(v: Float = 5.0): Int" in block(supergraph(**pair("Float", "5.0", "5")), "type Query")


def test_a_default_value_in_one_subgraph_only_is_left_out_whatever_it_is() -> None:
    lacking = pair("Float", "null", "1")
    lacking["b"] = lacking["b"].replace(" = 1", "")
    assert hints(**lacking) == ["INCONSISTENT_DEFAULT_VALUE_PRESENCE", "UNUSED_ENUM_TYPE"]


def test_where_resolvers_disagree_the_external_declaration_is_not_blamed_besides() -> None:
    bill = 'type Bill @key(fields: "id") { id: ID! b(v: Int = %s): Int %s }'
    a, b = "type Query { bill: Bill } " + bill % (1, "@shareable"), bill % (2, "@shareable")
    c = bill % (1, '@external c: Int @requires(fields: "b")')
    assert codes(a=a, b=b, c=c) == ["FIELD_ARGUMENT_DEFAULT_MISMATCH"]
    b = b.replace(" = 2", "")
    assert codes(a=a, b=b, c=c) == ["EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"]
