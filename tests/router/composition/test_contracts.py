"""Contracts: what is outside a contract's tags is hidden from clients, in a supergraph that routers serve."""

from __future__ import annotations

import pytest
from graphql import build_schema, print_schema

from router.commands.plan import Session
from router.composition import Composition, Contract, SubgraphSource, compose
from router.supergraph import api_schema, read_supergraph

HEAD = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key" "@tag" "@inaccessible" "@shareable" "@composeDirective"])
"""


def composed(*sdls: str, include: str = "", exclude: str = "", keep_unreachable: bool = False) -> Composition:
    sources = [SubgraphSource(f"s{n}", f"http://s{n}", HEAD + sdl) for n, sdl in enumerate(sdls)]
    contract = Contract(frozenset(include.split()), frozenset(exclude.split()), keep_unreachable)
    return compose(sources, contract=contract)


def api(composition: Composition) -> str:
    """The API schema, which must be the same as the one read from the contract's supergraph."""
    assert composition.supergraph_sdl is not None, composition.errors
    assert composition.api_sdl is not None
    read = print_schema(api_schema(read_supergraph(composition.supergraph_sdl)))
    assert squeezed(read) == squeezed(print_schema(build_schema(composition.api_sdl)))
    return squeezed(composition.api_sdl)


def squeezed(sdl: str) -> str:
    return " ".join(sorted(" ".join(block.split()) for block in sdl.strip().split("\n\n")))


def codes(composition: Composition) -> list[tuple[str, str | None]]:
    return [(e.code, e.coordinate) for e in composition.errors]


def test_an_excluded_tag_takes_fields_arguments_values_and_types_away() -> None:
    result = composed(
        """
        type Query { user(deep: Boolean @tag(name: "x")): User secret: Secret @tag(name: "x") role: Role }
        type User { id: ID! email: String @tag(name: "x") }
        type Secret @tag(name: "x") { key: String }
        enum Role { GUEST ADMIN @tag(name: "x") }
        """,
        exclude="x",
    )
    assert api(result) == "enum Role { GUEST } type Query { user: User role: Role } type User { id: ID! }"


def test_included_tags_leave_only_fields_that_bear_one_or_whose_type_does() -> None:
    result = composed(
        """
        type Query { user(by: By!): User @tag(name: "in") other: Int }
        type User { id: ID! @tag(name: "in") email: String address: Address @tag(name: "in") }
        type Address @tag(name: "in") { street: String city: String @tag(name: "out") }
        input By { id: ID! role: Role }
        enum Role { GUEST }
        """,
        include="in",
        exclude="out",
    )
    assert api(result) == (
        "enum Role { GUEST } input By { id: ID! role: Role } type Address { street: String } "
        "type Query { user(by: By!): User } type User { id: ID! address: Address }"
    )


def test_a_union_stays_only_by_its_own_tag_and_keeps_its_visible_members() -> None:
    sdl = """
        type Query { a: Any @tag(name: "in") }
        union Any %s = A | B
        type A { a: Int @tag(name: "in") }
        type B { b: Int }
        """
    assert api(composed(sdl % '@tag(name: "in")', include="in")) == (
        "type A { a: Int } type Query { a: Any } union Any = A"
    )
    assert codes(composed(sdl % "", include="in")) == [("REFERENCED_INACCESSIBLE", "Query.a")]


def test_an_interface_loses_the_field_that_an_implementation_lost() -> None:
    result = composed(
        """
        type Query { node: Node }
        interface Node { id: ID! cost(in: String): Int }
        type A implements Node { id: ID! cost(in: String): Int @tag(name: "x") }
        type B implements Node { id: ID! cost(in: String): Int }
        """,
        exclude="x",
    )
    assert "interface Node { id: ID! } type A implements Node { id: ID! }" in api(result)


def test_types_that_nothing_leads_to_any_more_go_as_well() -> None:
    sdls = """type Query { a: Int b: B @tag(name: "x") } type B { c: C }
        type C { d(i: I): E } input I { n: Int } enum E { F }"""
    assert api(composed(sdls, exclude="x")) == "type Query { a: Int }"
    assert "type C" in api(composed(sdls, exclude="x", keep_unreachable=True))


def test_what_the_subgraphs_hide_stays_hidden() -> None:
    sdl = 'type Query { a: Int @tag(name: "in") b: Int @tag(name: "in") @inaccessible }'
    result = composed(sdl, include="in")
    assert api(result) == "type Query { a: Int }"


def test_a_mutation_type_without_visible_fields_goes_and_the_query_type_stays() -> None:
    result = composed(
        'type Query { a: Int } type Mutation { b: Int @tag(name: "x") } type Subscription { c: Int }',
        exclude="x",
    )
    assert api(result) == "type Query { a: Int } type Subscription { c: Int }"


def test_an_interface_loses_the_argument_that_an_implementation_lost() -> None:
    result = composed(
        """
        type Query { node: Node }
        interface Node { cost(in: String, at: Int): Int }
        type A implements Node { cost(in: String @tag(name: "x"), at: Int): Int }
        """,
        exclude="x",
    )
    assert "interface Node { cost(at: Int): Int }" in api(result)


def test_a_contract_that_leaves_no_query_is_refused() -> None:
    result = composed("type Query { a: Int }", include="in")
    assert codes(result) == [("CONTRACT_EMPTY", "Query")]
    assert [h.code for h in result.hints] == ["CONTRACT_TAG_UNUSED"]


@pytest.mark.parametrize(
    ("sdl", "code", "coordinate"),
    [
        (
            'type Query { u: U } type U @tag(name: "x") { id: ID }',
            "REFERENCED_INACCESSIBLE",
            "Query.u",
        ),
        (
            'type Query { a(n: Int! @tag(name: "x")): Int }',
            "REQUIRED_INACCESSIBLE",
            "Query.a(n:)",
        ),
        (
            'type Query { a(e: E = OUT): Int } enum E { IN OUT @tag(name: "x") }',
            "DEFAULT_VALUE_USES_INACCESSIBLE",
            "Query.a(e:)",
        ),
    ],
)
def test_a_contract_that_breaks_the_schema_is_refused(sdl: str, code: str, coordinate: str) -> None:
    result = composed(sdl, exclude="x")
    assert codes(result) == [(code, coordinate)]
    assert result.errors[0].message.startswith("In the contract's schema, ")


def test_a_foreign_directive_called_inaccessible_is_no_obstacle() -> None:
    result = compose(
        [
            SubgraphSource(
                "a",
                "http://a",
                """extend schema
                @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag" "@composeDirective"])
                @link(url: "https://x.dev/doors/v1.0", import: ["@inaccessible"])
                @composeDirective(name: "@inaccessible")
                directive @inaccessible(why: String) on FIELD_DEFINITION
                type Query { a: Int @inaccessible(why: "closed") b: Int @tag(name: "x") }""",
            )
        ],
        contract=Contract(exclude=frozenset({"x"})),
    )
    assert api(result) == "type Query { a: Int }"


def test_hidden_keys_still_join_subgraphs_when_the_router_plans() -> None:
    result = composed(
        'type Query { p: P } type P @key(fields: "id") { id: ID! @tag(name: "x") n: Int }',
        'type P @key(fields: "id") { id: ID! @tag(name: "x") m: Int }',
        exclude="x",
    )
    assert result.supergraph_sdl is not None
    plan = " ".join(Session(result.supergraph_sdl).plan("{ p { n m } }", None, None, False).split())
    assert 'Flatten(path: "p") { Fetch(service: "s1") { { ... on P { __typename id } } =>' in plan
