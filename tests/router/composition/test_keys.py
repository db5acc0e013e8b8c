"""@key: multiple, composite, nested, not resolvable; what a key may select."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import (
    HEAD,
    block,
    codes,
    compose_fed1,
    only_error,
    sdl_of,
    supergraph,
)

USERS = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }'


def test_each_key_becomes_a_join_type() -> None:
    sdl = supergraph(
        users='type Query { me: User } type User @key(fields: "id") @key(fields: "mail") '
        "{ id: ID! mail: String! }",
        posts='type User @key(fields: "id") { id: ID! posts: [String!]! }',
    )
    user = block(sdl, "type User")
    assert '@join__type(graph: USERS, key: "id")' in user
    assert '@join__type(graph: USERS, key: "mail")' in user
    assert '@join__type(graph: POSTS, key: "id")' in user


def test_a_composite_key_joins_by_all_of_its_fields() -> None:
    sdl = supergraph(
        a='type Query { p: Product } type Product @key(fields: "sku region") { sku: ID! region: ID! }',
        b='type Product @key(fields: "sku region") { sku: ID! region: ID! price: Int }',
    )
    assert '@join__type(graph: B, key: "sku region")' in sdl


def test_a_nested_key_joins_through_its_objects() -> None:
    sdl = supergraph(
        a='type Query { m: Member } type Member @key(fields: "team { id } nick") { team: Team! nick: ID! } '
        "type Team { id: ID! @shareable }",
        b='type Member @key(fields: "team { id } nick") { team: Team! nick: ID! age: Int } '
        "type Team { id: ID! @shareable }",
    )
    assert '@join__type(graph: B, key: "team { id } nick")' in sdl


def test_a_key_that_is_not_resolvable_says_so_in_the_supergraph() -> None:
    sdl = supergraph(
        users=USERS,
        posts="type Query { top: Post } type Post { author: User } "
        'type User @key(fields: "id", resolvable: false) { id: ID! }',
    )
    assert '@join__type(graph: POSTS, key: "id", resolvable: false)' in sdl


def test_extends_marks_the_type_as_an_extension() -> None:
    sdl = supergraph(users=USERS, posts='type User @extends @key(fields: "id") { id: ID! posts: Int }')
    assert '@join__type(graph: POSTS, key: "id", extension: true)' in sdl


def test_key_fields_are_shared_without_saying_so() -> None:
    assert codes(users=USERS, posts='type User @key(fields: "id") { id: ID! posts: Int }') == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ('"nope"', "KEY_INVALID_FIELDS"),
        ('"id {"', "KEY_INVALID_FIELDS"),
        ('"a: id"', "KEY_INVALID_FIELDS"),
        ('"id @tag(name: 1)"', "KEY_DIRECTIVE_IN_FIELDS_ARG"),
        ('"name"', "KEY_FIELDS_HAS_ARGS"),
        ('"friend { id }"', "KEY_FIELDS_SELECT_INVALID_TYPE"),
        ("id", "KEY_INVALID_FIELDS_TYPE"),
    ],
)
def test_a_faulty_key_is_named_for_what_is_wrong_with_it(key: str, code: str) -> None:
    sdl = (
        f"type Query {{ me: User }} type User @key(fields: {key}) "
        "{ id: ID! name(upper: Boolean): String friend: Named } interface Named { id: ID! }"
    )
    assert codes(users=sdl) == [code]


def test_a_misspelt_key_field_is_found_in_the_sdl() -> None:
    error = only_error(users='type Query { me: User }\ntype User\n  @key(fields: "idd") { id: ID! }')
    assert (error.code, error.subgraph, error.coordinate) == ("KEY_INVALID_FIELDS", "users", "User")
    (place,) = error.locations
    assert (place.subgraph, place.line - HEAD.count("\n"), place.column) == ("users", 3, 3)


def test_interfaces_have_keys_from_federation_2_3_on() -> None:
    sdl = """extend schema @link(url: "https://specs.apollo.dev/federation/%s", import: ["@key"])
      type Query { n: Node } interface Node @key(fields: "id") { id: ID! }
      type A implements Node @key(fields: "id") { id: ID! }"""
    assert [e.code for e in compose_fed1(a=sdl % "v2.2").errors] == ["KEY_UNSUPPORTED_ON_INTERFACE"]
    assert '@join__type(graph: A, key: "id")' in block(sdl_of(compose_fed1(a=sdl % "v2.3")), "interface Node")


def test_every_implementation_of_a_keyed_interface_must_have_the_key() -> None:
    assert codes(
        a='type Query { n: Node } interface Node @key(fields: "id") { id: ID! } type A implements '
        "Node { id: ID! }"
    ) == ["INTERFACE_KEY_NOT_ON_IMPLEMENTATION"]
