"""Normalised selections: only fields and fragments that narrow, in the order GraphQL collects them."""

from __future__ import annotations

import pytest
from graphql import parse

from router.operation import OperationError, normalise, print_selections, read_field_set, read_operation
from tests.router.planning.planned import Planned

ZOO = Planned(
    a="""
        type Query { animals: [Animal!]! cat: Cat pet: Pet }
        interface Animal { id: ID! name(upper: Boolean, of: [Int!]): String mate: Animal }
        type Cat implements Animal { id: ID! name(upper: Boolean, of: [Int!]): String mate: Animal
          lives: Int }
        type Dog implements Animal { id: ID! name(upper: Boolean, of: [Int!]): String mate: Animal }
        union Pet = Cat | Dog
    """
)
TYPES = ZOO.supergraph.types


def normalised(text: str, **conditions: bool) -> str:
    operation = read_operation(parse(text), None, ZOO.schema)
    return print_selections(normalise(operation, conditions, TYPES, "Query"))


def test_fragments_that_narrow_nothing_dissolve() -> None:
    text = "{ cat { ...F ... { id } ... on Cat { lives } } } fragment F on Animal { name }"
    assert normalised(text) == "{cat{name id lives}}"


def test_fragments_that_match_nothing_are_dropped() -> None:
    assert normalised("{ cat { id ... on Animal { ... on Dog { name } } } }") == "{cat{id}}"


def test_a_field_does_not_overtake_a_fragment_that_selects_it_too() -> None:
    parts = "mate { a: id } ... on Cat { mate { b: id } } mate { c: id } mate { d: id }"
    merged = "mate{a:id} ...on Cat{mate{b:id}} mate{c:id d:id}"
    assert normalised(f"{{ animals {{ {parts} }} }}") == f"{{animals{{{merged}}}}}"


def test_fields_of_one_response_key_are_merged_where_the_first_stands() -> None:
    assert normalised("{ cat { mate { id } lives mate { name } } }") == "{cat{mate{id name} lives}}"


def test_fragments_of_one_type_are_merged_only_side_by_side() -> None:
    text = "{ animals { ... on Cat { id } ... on Cat { lives } name ... on Cat { mate { id } } } }"
    assert normalised(text) == "{animals{...on Cat{id lives} name ...on Cat{mate{id}}}}"


def test_conditions_are_decided() -> None:
    text = "query ($a: Boolean!) { cat { id @skip(if: $a) name @include(if: $a) lives @include(if: false) } }"
    assert normalised(text, a=True) == "{cat{name}}"
    assert normalised(text, a=False) == "{cat{id}}"


def test_equal_arguments_have_equal_text() -> None:
    text = "query ($b: Boolean) { cat { a: name(upper: $b, of: [1, 2]) b: name(of: [1 2], upper: $b) } }"
    assert normalised(text) == "{cat{a:name(of:[1,2],upper:$b) b:name(of:[1,2],upper:$b)}}"


def test_an_interface_stays_a_condition_in_a_union() -> None:
    assert normalised("{ pet { ... on Animal { id } } }") == "{pet{...on Animal{id}}}"


def test_the_variables_that_decide_variants_are_known() -> None:
    text = """query ($a: Boolean!, $b: Boolean!, $c: Boolean) {
        cat { id @skip(if: $a) ...F name(upper: $c) }
    } fragment F on Cat { lives @include(if: $b) }"""
    assert read_operation(parse(text), None, ZOO.schema).boolean_variables == {"a", "b"}


def test_the_operation_is_picked_by_name() -> None:
    document = parse("query A { cat { id } } query B { cat { name } }")
    assert read_operation(document, "B", ZOO.schema).name == "B"
    for name in (None, "C"):
        with pytest.raises(OperationError) as caught:
            read_operation(document, name, ZOO.schema)
        assert caught.value.code == "OPERATION_RESOLUTION_FAILURE"


def test_field_sets_are_read_with_and_without_braces() -> None:
    assert print_selections(read_field_set("id mate { id }", "Cat", TYPES)) == "{id mate{id}}"
    assert (
        print_selections(read_field_set("{ ... on Cat { lives } }", "Animal", TYPES)) == "{...on Cat{lives}}"
    )
