"""Definitions that a schema repeats from a specification: frameworks print their own, and may say less."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import compose_fed1

LINKED = """schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: [%s]) { query: Query }
type Query { parcel(id: ID!): Parcel }
type Parcel @key(fields: "id") { id: ID! weight: Float }
"""
HOTCHOCOLATE = """
scalar FieldSet
scalar _Any
union _Entity = Parcel
type _Service { sdl: String! }
"The link directive imports definitions of a specification."
directive @link("The URL." url: String! "What is imported." import: [String!]) repeatable on SCHEMA
directive @key(fields: FieldSet! resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION | OBJECT
scalar federation__Scope
"""
GQLGEN = """
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @composeDirective(name: String!) repeatable on SCHEMA
directive @extends on OBJECT | INTERFACE
directive @external on OBJECT | FIELD_DEFINITION
directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @link(import: [String!], url: String!) repeatable on SCHEMA
directive @shareable repeatable on FIELD_DEFINITION | OBJECT
directive @tag(name: String!) repeatable on
  FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE
  | INPUT_OBJECT | INPUT_FIELD_DEFINITION
scalar _Any
scalar FieldSet
"""


def codes_of(definitions: str, imports: str = '"@key", "FieldSet"', schema: str = LINKED) -> list[str]:
    """Give the codes of errors of a schema with its own definitions."""
    return [e.code for e in compose_fed1(a=schema % imports + definitions).errors]


@pytest.mark.parametrize("definitions", [HOTCHOCOLATE, GQLGEN], ids=["HotChocolate's", "gqlgen's"])
def test_what_frameworks_print_composes(definitions: str) -> None:
    assert codes_of(definitions) == []


@pytest.mark.parametrize("ref", ["[link__Import]", "[link__Import!]", "[String]", "[String!]", "[[String]]"])
def test_imports_may_be_anything_in_a_list(ref: str) -> None:
    definition = f"directive @link(url: String, import: {ref}) repeatable on SCHEMA scalar link__Import"
    assert codes_of(definition + " scalar FieldSet") == []


@pytest.mark.parametrize(
    "arguments",
    [
        "fields: FieldSet!",
        "fields: String!",
        "fields: ID!, resolvable: Boolean",
        "fields: [String!]!, resolvable: Boolean = true",
        "fields: FieldSet!, resolvable: Boolean! = true",
    ],
)
def test_a_key_may_be_defined_narrower(arguments: str) -> None:
    assert codes_of(f"directive @key({arguments}) repeatable on OBJECT scalar FieldSet") == []


@pytest.mark.parametrize(
    "definition",
    [
        "@key(fields: FieldSet) repeatable on OBJECT",
        "@key(fields: [String]) repeatable on OBJECT",
        "@key(fields: FieldSet!, resolvable: Boolean = false) repeatable on OBJECT",
        "@key(fields: FieldSet!, resolvable: Boolean! = false) repeatable on OBJECT",
        "@key(fields: FieldSet!, resolvable: String) repeatable on OBJECT",
        "@key(fields: FieldSet!, more: Int) repeatable on OBJECT",
        "@key(resolvable: Boolean) repeatable on OBJECT",
        "@key(fields: FieldSet!) repeatable on OBJECT | FIELD_DEFINITION",
        "@link(url: String!, import: String) repeatable on SCHEMA",
        "@link(url: [String!], import: [String]) repeatable on SCHEMA",
    ],
)
def test_a_definition_can_not_be_another(definition: str) -> None:
    assert codes_of(f"directive {definition} scalar FieldSet") == ["DIRECTIVE_DEFINITION_INVALID"]


def test_federation_one_takes_keys_in_lists_by_its_own_definition() -> None:
    schema = "type Query { parcel: Parcel }\n%s"
    keyed = (
        'type Parcel @key(fields: ["id", "code"]) { id: ID! code: ID! } '
        "directive @key(fields: [String!]!) repeatable on OBJECT"
    )
    assert codes_of(keyed, "", schema) == []
    assert codes_of(keyed.replace('["id", "code"]', '"id code"'), "", schema) == []
