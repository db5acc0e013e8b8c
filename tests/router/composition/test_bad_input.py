"""Input of any kind ends in coded errors: never in an exception, never in a runaway."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.composition import CompositionSettings, SubgraphSource, compose
from router.composition.codes import ERRORS, HINTS
from tests.router.composition.composing import HEAD, compose_fed1, compose_fed2

FEDERATED = (
    HEAD
    + """
type Query { me: User! node(id: ID!, kind: Kind = ONE): Node search(by: By!): [Found!] }
interface Node @key(fields: "id") { id: ID! }
type User implements Node @key(fields: "id") @key(fields: "mail { host }") {
  id: ID! mail: Mail! @shareable name(upper: Boolean = false): String @tag(name: "x")
    @deprecated(reason: "no")
  total: Int @requires(fields: "weight") weight: Int @external cost: [Int] @listSize(assumedSize: 3) }
type Mail @shareable { host: String! box: String @inaccessible }
type Shop @key(fields: "id") @context(name: "shop") { id: ID! money: String item: Item }
type Item @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$shop { money }")): Int }
union Found = User | Mail
enum Kind { ONE TWO @inaccessible }
input By @oneOf { id: ID mail: String }
extend type Query { shop: Shop @provides(fields: "money") }
"""
)
OTHER = (
    HEAD
    + """
type User @key(fields: "id") { id: ID! weight: Int mail: Mail! @shareable posts(first: Int = 3): [String] }
type Mail @shareable { host: String! }
type Node @interfaceObject @key(fields: "id") { id: ID! likes: Int @override(from: "a", label: "percent(3)") }
type Mutation { post(text: String!): User @authenticated }
"""
)
WORDS = sorted(set((FEDERATED + OTHER).replace("(", " ( ").replace(")", " ) ").split()))


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """An SDL with a few words taken out, doubled, swapped or replaced."""
    words = draw(st.sampled_from([FEDERATED, OTHER])).replace("(", " ( ").replace(")", " ) ").split()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(words) - 1))
        length = draw(st.integers(0, 6))
        replacement = draw(st.lists(st.sampled_from(WORDS), max_size=3))
        words[at : at + length] = replacement or words[at : at + 1] * 2
    return " ".join(words)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(mangled(), min_size=1, max_size=2))
def test_mangled_sdl_ends_in_known_codes(sdls: list[str]) -> None:
    composition = compose([SubgraphSource(name, "", sdl) for name, sdl in zip("ab", sdls, strict=False)])
    assert {e.code for e in composition.errors} <= ERRORS.keys()
    assert {h.code for h in composition.hints} <= HINTS.keys()
    assert composition.ok == (composition.supergraph_sdl is not None)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_ends_in_known_codes(sdl: str) -> None:
    assert {e.code for e in compose_fed1(a=sdl).errors} <= ERRORS.keys()


@pytest.mark.parametrize(
    ("sdl", "code"),
    [
        ("", "INVALID_GRAPHQL"),
        ("type Query {", "INVALID_GRAPHQL"),
        ("\ud800", "INVALID_GRAPHQL"),
        ("type Query { x: " + "[" * 5000 + "Int" + "]" * 5000 + " }", "LIMIT_EXCEEDED"),
        ("type Query { x(a: Int = " + "9" * 5000 + "): Int }", "INVALID_GRAPHQL"),
        ("type Query { x: Int } type Query { y: Int }", "INVALID_GRAPHQL"),
        ("type Query { x: Int x: Int }", "INVALID_GRAPHQL"),
        ("type Query { x(a: Int, a: Int): Int }", "INVALID_GRAPHQL"),
        ("type Query { e: E } enum E { A A }", "INVALID_GRAPHQL"),
        ("type Query { u: U } union U = Query | Query", "INVALID_GRAPHQL"),
        ("directive @d on FIELD directive @d on FIELD type Query { x: Int }", "INVALID_GRAPHQL"),
        ("interface I implements I { x: Int } type Query { i: I }", "INVALID_GRAPHQL"),
        ("interface I implements J { x: Int } interface J implements I { x: Int } type Query { i: I }",
         "INVALID_GRAPHQL"),
        ("type Query { f(i: In): Int } input In { i: In! }", "INVALID_GRAPHQL"),
        ("type Query { __x: Int }", "INVALID_GRAPHQL"),
        ("query { x }", "INVALID_GRAPHQL"),
        ("type Query { x(a: In = {n: 1, n: 2}): Int } input In { n: Int }", "INVALID_GRAPHQL"),
        ("type Query { x(a: JSON = [{b: {n: 1, n: 2}}]): Int } scalar JSON", "INVALID_GRAPHQL"),
        ("type Query { x: _Service } type _Service { sdl: String }", "INVALID_GRAPHQL"),
        ("type Query { x: Query } union Query = Query", "INVALID_GRAPHQL"),
    ],
    ids=lambda value: value[:40].encode("ascii", "replace").decode() if isinstance(value, str) else None,
)  # fmt: skip
def test_what_is_no_schema_is_told(sdl: str, code: str) -> None:
    assert code in {e.code for e in compose_fed1(a=sdl).errors}


def test_cycles_of_types_and_field_sets_are_no_trouble() -> None:
    assert compose_fed2(
        a='type Query { a: A } type A @key(fields: "id b { id a { id } }") { id: ID! b: B! } '
        "type B { id: ID! a: A! }"
    ).ok


def test_keys_that_need_each_other_are_no_trouble() -> None:
    composition = compose_fed2(
        a='type Query { t: T } type T @key(fields: "x") { x: ID! }',
        b='type T @key(fields: "y") { y: ID! z: Int } type Query { b: Int }',
        c='type T @key(fields: "x", resolvable: false) @key(fields: "y", resolvable: false) { x: ID! '
        "y: ID! } "
        "type Query { c: Int }",
    )
    assert {e.code for e in composition.errors} == {"SATISFIABILITY_ERROR"}


@pytest.mark.parametrize("names", [["a", "a"], [""], ["_"]])
def test_names_of_subgraphs_are_their_own(names: list[str]) -> None:
    composition = compose([SubgraphSource(name, "", "type Query { x: Int }") for name in names])
    assert {e.code for e in composition.errors} == {"INVALID_SUBGRAPH_NAME"}


@pytest.mark.parametrize(
    "limits",
    [
        CompositionSettings(max_sdl_bytes=10),
        CompositionSettings(max_tokens=10),
        CompositionSettings(max_subgraphs=1),
    ],
)
def test_limits_are_kept(limits: CompositionSettings) -> None:
    sources = [SubgraphSource(name, "", "type Query { x: Int, y: Int, z: Int, zz: Int }") for name in "ab"]
    assert {e.code for e in compose(sources, limits).errors} == {"LIMIT_EXCEEDED"}


@pytest.mark.parametrize(
    "limits", [CompositionSettings(max_field_set_depth=1), CompositionSettings(max_field_set_tokens=3)]
)
def test_limits_of_field_sets_are_kept(limits: CompositionSettings) -> None:
    sdl = (
        HEAD
        + 'type Query { t: T }\ntype T @key(fields: "id") @key(fields: "b { b { id } }") { id: ID! b: T! }'
    )
    (error,) = compose([SubgraphSource("a", "", sdl)], limits).errors
    assert (error.code, error.subgraph, error.coordinate) == ("LIMIT_EXCEEDED", "a", "T")
    assert (error.locations[0].line, error.locations[0].column) == (8, 27)


def test_a_deep_field_set_may_be_allowed() -> None:
    sdl = (
        HEAD
        + 'type Query { t: T } type T @key(fields: "'
        + "b{" * 60
        + "id"
        + "}" * 60
        + '") { id: ID! b: T! }'
    )
    sources = [SubgraphSource("a", "", sdl)]
    assert {e.code for e in compose(sources).errors} == {"LIMIT_EXCEEDED"}
    assert compose(sources, CompositionSettings(max_field_set_depth=60)).ok


def test_a_field_set_deeper_than_can_be_parsed_is_told() -> None:
    sdl = HEAD + 'type Query { t: T } type T @key(fields: "' + "b{" * 3000 + '") { id: ID! b: T! }'
    settings = CompositionSettings(max_field_set_depth=100_000)
    (error,) = compose([SubgraphSource("a", "", sdl)], settings).errors
    assert error.code == "KEY_INVALID_FIELDS"


def test_access_rules_that_multiply_end_in_an_error() -> None:
    composition = compose_fed2(
        **{
            f"s{n}": f"type Query {{ s{n}: T }} type T @shareable "
            f'{{ x: Int @requiresScopes(scopes: [["a{n}"], ["b{n}"]]) }}'
            for n in range(30)
        }
    )
    (error,) = composition.errors
    assert (error.code, error.coordinate, len(error.locations)) == ("LIMIT_EXCEEDED", "T.x", 30)
