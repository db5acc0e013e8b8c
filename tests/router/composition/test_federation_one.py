"""Federation 1: no @link, `extend type`, what it ignored and what it shared without a word."""

from __future__ import annotations

from tests.router.composition.composing import HEAD, api_of, block, compose_fed1, sdl_of

USERS = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }'


def test_an_extension_joins_the_type_it_extends() -> None:
    composition = compose_fed1(
        users=USERS,
        posts="extend type Query { posts: [Post] } type Post { author: User } "
        'extend type User @key(fields: "id") { id: ID! @external posts: [Post] }',
    )
    user = block(sdl_of(composition), "type User")
    assert '@join__type(graph: POSTS, key: "id")' in user
    assert "id: ID!\n" in user, "the key of an extension is the type's own"


def test_an_extension_needs_a_base() -> None:
    errors = compose_fed1(a="type Query { x: Int } extend type Nobody { y: Int }").errors
    assert [(e.code, e.coordinate) for e in errors] == [("EXTENSION_WITH_NO_BASE", "Nobody")]


def test_value_types_are_shared_without_a_word() -> None:
    money = "type Money { amount: Int }"
    composition = compose_fed1(a=f"type Query {{ a: Money }} {money}", b=f"type Query {{ b: Money }} {money}")
    assert "amount: Int" in block(sdl_of(composition), "type Money")


def test_unused_externals_are_ignored() -> None:
    composition = compose_fed1(
        users=USERS,
        posts='extend type User @key(fields: "id") { id: ID! @external name: String @external posts: Int }',
    )
    assert "name: String @join__field(graph: USERS)" in block(sdl_of(composition), "type User")


def test_a_type_of_unused_externals_that_is_used_is_a_mistake() -> None:
    errors = compose_fed1(a="type Query { t: T } type T { x: Int @external }").errors
    assert [(e.code, e.coordinate) for e in errors] == [("TYPE_WITH_ONLY_UNUSED_EXTERNAL", "T")]


def test_requires_of_what_is_resolved_here_is_ignored() -> None:
    composition = compose_fed1(
        users=USERS,
        posts='extend type User @key(fields: "id") { id: ID! @external own: Int sum: Int '
        '@requires(fields: "own") }',
    )
    assert "requires" not in block(sdl_of(composition), "type User")


def test_field_sets_need_not_be_strings() -> None:
    sdl = sdl_of(compose_fed1(a="type Query { u: U } type U @key(fields: id) { id: ID! }"))
    assert '@join__type(graph: A, key: "id")' in sdl


def test_federation_one_and_two_compose_together() -> None:
    composition = compose_fed1(
        old='extend type User @key(fields: "id") { id: ID! @external posts: Int }',
        new=HEAD + USERS,
    )
    assert set(api_of(composition).type_map["User"].fields) == {"id", "name", "posts"}  # type: ignore[attr-defined]


def test_the_machinery_of_a_subgraph_stays_behind() -> None:
    composition = compose_fed1(
        a="type Query { u: U _entities(representations: [_Any!]!): [_Entity]! _service: _Service! } "
        "scalar _Any union _Entity = U type _Service { sdl: String } scalar _FieldSet "
        "directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE type U @key(fields: "
        '"id") { id: ID! }'
    )
    assert not [
        line for line in sdl_of(composition).splitlines() if "_entities" in line or "_Service" in line
    ]


def test_a_directive_of_federation_one_keeps_its_definition() -> None:
    errors = compose_fed1(a="type Query { x: Int } directive @tag(name: String) on FIELD_DEFINITION").errors
    assert [e.code for e in errors] == ["DIRECTIVE_DEFINITION_INVALID"]
