"""``extend``: what is extended must be defined somewhere, in Federation 2 too."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import HEAD, codes, compose_fed1, compose_fed2, only_error

PRODUCT = 'type Query { product: Product } type Product @key(fields: "id") { id: ID! }'
KINDS = {
    "type": ('@key(fields: "id") { id: ID! }', '@key(fields: "id") { x: Int id: ID! @shareable }'),
    "interface": ("{ a: Int }", "{ b: Int }"),
    "union": ("= U", "= U"),
    "input": ("{ a: Int }", "{ a: Int }"),
    "enum": ("{ A }", "{ A }"),
    "scalar": ('@tag(name: "a")', '@tag(name: "b")'),
}


def test_a_misspelt_extension_is_told_with_the_name_that_was_meant() -> None:
    error = only_error(
        a=PRODUCT,
        b='extend type Product { x: Int } extend type Prodcut @key(fields: "id") { y: Int id: ID! }',
    )
    assert (error.code, error.coordinate) == ("EXTENSION_WITH_NO_BASE", "Prodcut")
    assert error.fix == 'Did you mean "Product"?'
    assert [place.subgraph for place in error.locations] == ["b"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_type_needs_a_definition(kind: str) -> None:
    first, second = KINDS[kind]
    extension = f"extend {kind} Named {second} type U @shareable {{ x: Int }}"
    a = "type Query { x: Int } type U @shareable { x: Int } "
    assert codes(a=a, b=extension) == ["EXTENSION_WITH_NO_BASE"]
    assert codes(a=a + f"extend {kind} Named {first}", b=extension) == ["EXTENSION_WITH_NO_BASE"] * 2
    assert codes(a=a + f"{kind} Named {first}", b=extension) == []


def test_a_service_may_be_tried_without_the_one_that_defines_its_entity() -> None:
    alone = 'type Query { t: T } extend type T @key(fields: "id") { id: ID! @external n: Int }'
    composition = compose_fed2(a=alone)
    assert composition.ok, composition.errors
    assert [(h.code, h.coordinate) for h in composition.hints] == [("ENTITY_WITHOUT_DEFINITION", "T")]
    assert codes(a=alone, b="type Query { x: Int }") == ["EXTENSION_WITH_NO_BASE"]
    assert codes(a=alone.replace("t: T", "t: Int")) == ["EXTENSION_WITH_NO_BASE"]


@pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
def test_root_types_need_none(root: str) -> None:
    assert codes(a=f"type Query {{ x: Int }} extend type {root} {{ y: Int }}") == []
    renamed = HEAD.replace("extend schema", "schema") + " { query: Reads } extend type Reads { x: Int }"
    assert compose_fed1(a=renamed).ok


def test_extends_is_a_definition_in_federation_two() -> None:
    assert codes(a=PRODUCT, b='type Other @extends @key(fields: "id") { id: ID! }') == []


def test_a_definition_of_either_federation_is_one_for_the_other() -> None:
    new = HEAD + 'extend type Product @key(fields: "id") { id: ID! x: Int }'
    old = 'extend type Product @key(fields: "id") { id: ID! @external y: Int }'
    assert compose_fed1(a=PRODUCT, b=new).ok
    assert compose_fed1(a=HEAD + PRODUCT, b=old).ok
    errors = compose_fed1(a="type Query { x: Int }", b=new, c=old).errors
    assert {e.code for e in errors} == {"EXTENSION_WITH_NO_BASE"}


def test_extends_alone_defines_nothing_in_federation_one() -> None:
    errors = compose_fed1(
        a='type Query { n: N } type N @extends @key(fields: "id") { id: ID @external }'
    ).errors
    assert [e.code for e in errors] == ["EXTENSION_WITH_NO_BASE"]


def test_scalars_of_graphql_can_not_be_extended() -> None:
    error = compose_fed2(a='type Query { x: Int } extend scalar Int @tag(name: "t")').errors[0]
    assert (error.code, error.coordinate) == ("INVALID_GRAPHQL", "Int")
