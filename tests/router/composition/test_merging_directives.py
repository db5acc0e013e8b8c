"""Directives: executable ones, @composeDirective, access rules, costs, contexts, what is carried along."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import (
    api,
    block,
    codes,
    compose_fed1,
    hints,
    only_error,
    sdl_of,
    supergraph,
)

# Executable directives --------------------------------------------------------------------------


def test_an_executable_directive_must_be_defined_by_all() -> None:
    directive = "directive @upper(locale: String) on FIELD | FRAGMENT_SPREAD"
    schema = api(a=f"type Query {{ a: Int }} {directive}", b=f"type Query {{ b: Int }} {directive}")
    assert schema.get_directive("upper")
    assert hints(a=f"type Query {{ a: Int }} {directive}", b="type Query { b: Int }") == [
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"
    ]


def test_an_executable_directive_keeps_what_its_definitions_have_in_common() -> None:
    sdl = supergraph(
        a="type Query { a: Int } directive @d(x: Int, y: Int) repeatable on FIELD | QUERY | OBJECT",
        b="type Query { b: Int } directive @d(x: Int!) on FIELD",
    )
    assert "directive @d(x: Int!) on FIELD" in sdl


def test_type_system_directives_stay_behind() -> None:
    sdl = supergraph(a="type Query { a: Int @internal } directive @internal on FIELD_DEFINITION")
    assert "internal" not in sdl


# @composeDirective ------------------------------------------------------------------------------

COMPOSED = """
  extend schema @link(url: "https://example.com/audit/v1.%s", import: ["@audit"])
    @composeDirective(name: "@audit")
  directive @audit(by: String) on FIELD_DEFINITION
  type Query { %s: Int @audit(by: "me") }
"""


def test_a_composed_directive_is_carried_with_its_definition_and_link() -> None:
    sdl = supergraph(a=COMPOSED % (0, "x"))
    assert 'x: Int @audit(by: "me")' in sdl
    assert "directive @audit(by: String) on FIELD_DEFINITION" in sdl
    assert '@link(url: "https://example.com/audit/v1.0")' in sdl


def test_the_highest_minor_version_of_a_composed_feature_wins() -> None:
    sdl = supergraph(a=COMPOSED % (0, "x"), b=COMPOSED % (2, "y"))
    assert '@link(url: "https://example.com/audit/v1.2")' in sdl


@pytest.mark.parametrize(
    "sdl",
    [
        COMPOSED.replace('name: "@audit"', 'name: "@other"') % (0, "x"),
        COMPOSED.replace('name: "@audit"', 'name: "audit"') % (0, "x"),
        'extend schema @composeDirective(name: "@loose") directive @loose on FIELD_DEFINITION type '
        "Query { x: Int }",
        'extend schema @composeDirective(name: "@key") type Query { x: Int }',
    ],
    ids=["undefined", "without its @", "of no feature", "of federation itself"],
)
def test_what_can_not_be_composed_is_reported(sdl: str) -> None:
    assert codes(a=sdl) == ["DIRECTIVE_COMPOSITION_ERROR"]


def test_a_composed_directive_is_of_one_major_version() -> None:
    other = (COMPOSED % (0, "y")).replace("v1.0", "v2.0")
    assert "DIRECTIVE_COMPOSITION_ERROR" in codes(a=COMPOSED % (0, "x"), b=other)


# Access rules -----------------------------------------------------------------------------------


def test_access_rules_of_all_subgraphs_hold_together() -> None:
    money = "type Money @shareable { amount: Int %s }"
    sdl = supergraph(
        a="type Query { a: Money } "
        + money % '@authenticated @requiresScopes(scopes: [["read"], ["admin"]])',
        b="type Query { b: Money } "
        + money % '@policy(policies: [["p"]]) @requiresScopes(scopes: [["pay"]])',
    )
    amount = next(line for line in sdl.splitlines() if line.strip().startswith("amount"))
    assert "@authenticated" in amount
    assert '@policy(policies: [["p"]])' in amount
    assert '@requiresScopes(scopes: [["read", "pay"], ["admin", "pay"]])' in amount.replace(
        '"pay", "read"', '"read", "pay"'
    ).replace('["admin", "pay"], ["read", "pay"]', '["read", "pay"], ["admin", "pay"]')


def test_an_interface_asks_for_what_its_objects_ask_for() -> None:
    sdl = supergraph(
        a="type Query { i: I } interface I { x: Int } type T implements I @authenticated { x: Int "
        "@authenticated }"
    )
    interface = block(sdl, "interface I")
    assert interface.count("@authenticated") == 2


def test_access_rules_are_not_for_interfaces() -> None:
    assert codes(
        a="type Query { i: I } interface I @authenticated { x: Int } type T implements I { x: Int }"
    ) == ["AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"]


def test_a_field_can_not_give_away_what_it_requires() -> None:
    b = """type U @key(fields: "id") {{ id: ID! secret: Int @external {rule}
      open: Int @requires(fields: "secret") {own} }}"""
    a = 'type Query { u: U } type U @key(fields: "id") { id: ID! secret: Int @authenticated }'
    error = only_error(a=a, b=b.format(rule="", own=""))
    assert (error.code, error.coordinate) == ("MISSING_TRANSITIVE_AUTH_REQUIREMENTS", "U.open")
    assert codes(a=a, b=b.format(rule="", own="@authenticated")) == []


# Costs ------------------------------------------------------------------------------------------


def test_the_highest_cost_and_the_largest_list_win() -> None:
    query = "type Query { list(first: Int): [Int] @shareable @cost(weight: %s) @listSize(assumedSize: %s) }"
    sdl = supergraph(a=query % (3, 10), b=query % (7, 4))
    line = next(text for text in sdl.splitlines() if "list(first" in text)
    assert "@cost(weight: 7)" in line
    assert "assumedSize: 10" in line
    assert '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])' in sdl or (
        "https://specs.apollo.dev/cost/v0.1" in sdl
    )


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("f: Int @listSize(assumedSize: 1)", "LIST_SIZE_APPLIED_TO_NON_LIST"),
        ("f: [Int] @listSize(assumedSize: -1)", "LIST_SIZE_INVALID_ASSUMED_SIZE"),
        ('f: [Int] @listSize(slicingArguments: ["first"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        (
            'f(first: String): [Int] @listSize(slicingArguments: ["first"])',
            "LIST_SIZE_INVALID_SLICING_ARGUMENT",
        ),
        ('f: Int @listSize(sizedFields: ["x"])', "LIST_SIZE_INVALID_SIZED_FIELD"),
        ('f: P @listSize(sizedFields: ["nope"])', "LIST_SIZE_INVALID_SIZED_FIELD"),
        ('f: P @listSize(sizedFields: ["count"])', "LIST_SIZE_APPLIED_TO_NON_LIST"),
    ],
)
def test_a_list_size_must_be_possible(field: str, code: str) -> None:
    assert codes(a=f"type Query {{ {field} }} type P {{ count: Int items: [Int] }}") == [code]


def test_an_interface_field_has_no_cost() -> None:
    assert codes(
        a="type Query { i: I } interface I { x: Int @cost(weight: 1) } type T implements I { x: Int }"
    ) == ["COST_APPLIED_TO_INTERFACE_FIELD"]


# Contexts ---------------------------------------------------------------------------------------

SHOP = """
  type Query { shop: Shop }
  type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! item: Item! }
  type Item @key(fields: "id") { id: ID! price(in: %s @fromContext(field: "%s")): Int }
"""


def test_a_context_argument_is_the_routers_to_fill() -> None:
    subgraphs = {"a": SHOP % ("String", "$shop { currency }")}
    schema = api(**subgraphs)
    assert schema.type_map["Item"].fields["price"].args == {}  # type: ignore[attr-defined]
    sdl = supergraph(**subgraphs)
    assert '@context(name: "a__shop")' in block(sdl, "type Shop")
    assert (
        'contextArguments: [{context: "a__shop", name: "in", type: "String", selection: "{ currency }"}]'
        in (sdl.replace('selection: " { currency }"', 'selection: "{ currency }"'))
    )


@pytest.mark.parametrize(
    ("type_", "selection", "code"),
    [
        ("String", "$nope { currency }", "CONTEXT_NOT_SET"),
        ("String", "{ currency }", "NO_CONTEXT_IN_SELECTION"),
        ("Int", "$shop { currency }", "CONTEXT_INVALID_SELECTION"),
        ("String!", "$shop { currency }", "CONTEXT_INVALID_SELECTION"),
        ("String", "$shop { nope }", "CONTEXT_INVALID_SELECTION"),
        ("String", "$shop { id currency }", "CONTEXT_INVALID_SELECTION"),
        ("String", "$shop { currency @skip(if: true) }", "CONTEXT_INVALID_SELECTION"),
        ("String", "$shop ... on Item { id }", "CONTEXT_INVALID_SELECTION"),
    ],
)
def test_a_context_argument_must_find_its_value(type_: str, selection: str, code: str) -> None:
    assert codes(a=SHOP % (type_, selection)) == [code]


def test_a_context_must_be_set_on_every_way_to_its_reader() -> None:
    direct = (SHOP % ("String", "$shop { currency }")).replace("shop: Shop }", "shop: Shop item: Item }")
    error = only_error(a=direct)
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "Item.price")
    assert "{\n  item {\n    price\n  }\n}" in error.message


def test_an_object_does_not_set_the_context_of_its_own_fields() -> None:
    assert codes(
        a='type Query { shop: Shop } type Shop @key(fields: "id") @context(name: "shop") '
        '{ id: ID! currency: String price(in: String @fromContext(field: "$shop { currency }")): Int }'
    ) == ["SATISFIABILITY_ERROR"]


def test_a_reader_of_contexts_must_be_an_entity() -> None:
    assert codes(
        a=(SHOP % ("String", "$shop { currency }")).replace('type Item @key(fields: "id")', "type Item")
    ) == ["CONTEXT_NO_RESOLVABLE_KEY"]


def test_context_names_have_no_underscore() -> None:
    assert "CONTEXT_NAME_INVALID" in codes(
        a=(SHOP % ("String", "$shop { currency }")).replace('"shop"', '"my_shop"')
    )


NODES = """
  type Query { node: Node }
  interface Node { id: ID! leaf: Leaf! }
  type Shop implements Node @key(fields: "id") %s { id: ID! currency: String! leaf: Leaf! }
  type Mall implements Node @key(fields: "id") %s { id: ID! currency: String! leaf: Leaf! }
  type Leaf @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$c { currency }")): Int }
"""


def test_a_context_may_be_set_by_every_implementation_instead_of_the_interface() -> None:
    set_it = '@context(name: "c")'
    assert codes(a=NODES % (set_it, set_it)) == []
    assert codes(a=NODES % (set_it, "")) == ["SATISFIABILITY_ERROR"]


# Carried along ----------------------------------------------------------------------------------


def test_cache_tags_are_carried_as_join_directives() -> None:
    sdl = sdl_of(
        compose_fed1(
            a='extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", '
            '"@cacheTag"]) '
            'type Query { u(id: ID!): U @cacheTag(format: "u-{$args.id}") } '
            'type U @key(fields: "id") @cacheTag(format: "u") { id: ID! }'
        )
    )
    assert '@join__directive(graphs: [A], name: "federation__cacheTag", args: {format: "u"})' in block(
        sdl, "type U"
    )


def test_connectors_are_carried_as_join_directives() -> None:
    sdl = sdl_of(
        compose_fed1(
            a='extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"]) '
            '@link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"]) '
            '@source(name: "api", http: { baseURL: "http://api" }) '
            'type Query { u: U @connect(source: "api", http: { GET: "/u" }, selection: "id") } type U '
            "{ id: ID! }"
        )
    )
    assert '@join__directive(graphs: [A], name: "connect", args: {source: "api", http: {GET: "/u"}' in sdl
    assert 'name: "source"' in sdl
    assert '@join__directive(graphs: [A], name: "link"' in sdl
