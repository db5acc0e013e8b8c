"""@requires, @provides and @external."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import block, codes, only_error, supergraph

SHIPPING = """
  type Product @key(fields: "id") {
    id: ID! weight: Int @external price(in: String): Int @external
    shipping: Int @requires(fields: %s) }
"""
CATALOG = """
  type Query { top: Product }
  type Product @key(fields: "id") { id: ID! weight: Int price(in: String): Int }
"""


def test_required_fields_are_written_to_the_supergraph() -> None:
    sdl = supergraph(catalog=CATALOG, shipping=SHIPPING % '"weight price(in: \\"EUR\\")"')
    product = block(sdl, "type Product")
    assert 'shipping: Int @join__field(graph: SHIPPING, requires: "weight price(in: \\"EUR\\")")' in product
    assert "weight: Int @join__field(graph: CATALOG) @join__field(graph: SHIPPING, external: true)" in product


def test_requires_selects_through_external_objects() -> None:
    sdl = supergraph(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! address: Address } '
        "type Address { zip: Int street: String }",
        b='type U @key(fields: "id") { id: ID! address: Address @external '
        'near: Int @requires(fields: "address { zip }") } type Address { zip: Int @external }',
    )
    assert 'requires: "address { zip }"' in sdl


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('"nope weight price"', "REQUIRES_INVALID_FIELDS"),
        ('"id weight price"', "REQUIRES_FIELDS_MISSING_EXTERNAL"),
        ('"weight @skip(if: true) price"', "REQUIRES_DIRECTIVE_IN_FIELDS_ARG"),
        ('"weight price(to: 1)"', "REQUIRES_INVALID_FIELDS"),
        ("3", "REQUIRES_INVALID_FIELDS_TYPE"),
    ],
)
def test_a_faulty_requires_is_named_for_what_is_wrong_with_it(fields: str, code: str) -> None:
    assert code in codes(catalog=CATALOG, shipping=SHIPPING % fields)


def test_requires_gives_arguments_that_every_subgraph_takes() -> None:
    assert codes(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! n: Int @shareable }',
        b='type U @key(fields: "id") { id: ID! n(x: Int): Int @shareable }',
        c='type U @key(fields: "id") { id: ID! n(x: Int): Int @external m: Int @requires(fields: '
        '"n(x: 1)") }',
    ) == ["REQUIRES_INVALID_FIELDS"]


def test_provided_fields_are_written_to_the_supergraph() -> None:
    sdl = supergraph(
        a='type Query { u: User } type User @key(fields: "id") { id: ID! name: String @shareable }',
        b='type Query { posts: [Post] } type Post { author: User @provides(fields: "name") } '
        'type User @key(fields: "id") { id: ID! name: String @external }',
    )
    assert 'author: User @join__field(graph: B, provides: "name")' in block(sdl, "type Post")


@pytest.mark.parametrize(
    ("post", "code"),
    [
        ('author: User @provides(fields: "nope")', "PROVIDES_INVALID_FIELDS"),
        ('author: User @provides(fields: "id")', "PROVIDES_FIELDS_MISSING_EXTERNAL"),
        ('author: User @provides(fields: "name @tag")', "PROVIDES_DIRECTIVE_IN_FIELDS_ARG"),
        ('author: User @provides(fields: "secret(x: 1)")', "PROVIDES_FIELDS_HAS_ARGS"),
        ('title: String @provides(fields: "name")', "PROVIDES_ON_NON_OBJECT_FIELD"),
        ("author: User @provides(fields: 1)", "PROVIDES_INVALID_FIELDS_TYPE"),
    ],
)
def test_a_faulty_provides_is_named_for_what_is_wrong_with_it(post: str, code: str) -> None:
    found = codes(
        a='type Query { u: User } type User @key(fields: "id") { id: ID! name: String secret(x: Int): Int }',
        b=f"type Query {{ posts: [Post] }} type Post {{ {post} }} "
        'type User @key(fields: "id") { id: ID! name: String @external secret(x: Int): Int @external }',
    )
    assert code in found


def test_an_external_field_must_be_of_use() -> None:
    error = only_error(
        a='type Query { u: User } type User @key(fields: "id") { id: ID! name: String }',
        b='type User @key(fields: "id") { id: ID! name: String @external age: Int }',
    )
    assert (error.code, error.coordinate, error.subgraph) == ("EXTERNAL_UNUSED", "User.name", "b")


def test_an_external_field_must_be_resolved_somewhere() -> None:
    assert codes(
        a='type Query { u: User } type User @key(fields: "id") { id: ID! }',
        b='type User @key(fields: "id") { id: ID! name: String @external up: Int @requires(fields: "name") }',
    ) == ["EXTERNAL_MISSING_ON_BASE"]


@pytest.mark.parametrize("external", ["Int", "String!", "[String]"])
def test_an_external_field_has_the_type_of_the_field(external: str) -> None:
    assert codes(
        a='type Query { u: User } type User @key(fields: "id") { id: ID! name: String }',
        b=f'type User @key(fields: "id") {{ id: ID! name: {external} @external '
        'up: Int @requires(fields: "name") }',
    ) == ["EXTERNAL_TYPE_MISMATCH"]


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("", "EXTERNAL_ARGUMENT_MISSING"),
        ("(in: Int)", "EXTERNAL_ARGUMENT_TYPE_MISMATCH"),
        ('(in: String = "EUR")', "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"),
    ],
)
def test_an_external_field_has_the_arguments_of_the_field(argument: str, code: str) -> None:
    shipping = SHIPPING.replace("price(in: String)", f"price{argument}") % '"price weight"'
    assert codes(catalog=CATALOG, shipping=shipping) == [code]


def test_interface_fields_are_not_external() -> None:
    assert "EXTERNAL_ON_INTERFACE" in codes(a="type Query { i: I } interface I { x: Int @external }")
