"""Satisfiability: every query can be answered, or a witness shows one that can't."""

from __future__ import annotations

from textwrap import dedent

import pytest

from router.composition import CompositionSettings, SubgraphSource, compose
from router.planning import PlanningError
from tests.router.composition.composing import HEAD, codes, compose_fed2, only_error
from tests.router.planning.planned import Planned

ACCOUNTS = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }'


def test_a_field_behind_no_key_shows_a_witness_and_the_reason() -> None:
    error = only_error(
        accounts="type Query { me: User } type User @shareable { name: String }",
        posts="type User @shareable { name: String posts: [String] } type Query { x: Int }",
    )
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "User.posts")
    assert error.message == dedent(
        """\
        No plan can answer the query
        {
          me {
            posts
          }
        }
        because:
          - from accounts: it has no field "User.posts"
          - accounts → posts, which has the field: "User" has no @key there"""
    )
    assert error.fix == 'Give "User" a @key in "posts" that the others can provide'
    assert [place.subgraph for place in error.locations] == ["posts"]


def test_a_key_that_can_not_be_had_is_named() -> None:
    error = compose_fed2(
        accounts=ACCOUNTS,
        posts='type Query { again: User } type User @key(fields: "mail") { mail: ID! posts: Int }',
    ).errors[0]
    assert error.code == "SATISFIABILITY_ERROR"
    assert "its key {mail} can't be had from accounts" in error.message


def test_every_type_that_fails_is_told_once() -> None:
    composition = compose_fed2(
        a="type Query { t: T again: T } type T @shareable { x: Int }",
        b="type T @shareable { x: Int y: Int z: Int } type Query { b: Int }",
    )
    assert [e.coordinate for e in composition.errors] == ["T.y", "T.z"]


def test_keys_lead_through_other_subgraphs() -> None:
    assert (
        codes(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
            b='type T @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }',
            c='type T @key(fields: "code") { code: ID! far: Int }',
        )
        == []
    )


def test_a_type_condition_narrows_what_can_be_there() -> None:
    error = only_error(
        a="type Query { n: Node } interface Node { id: ID } type A implements Node @shareable { id: ID } "
        "type B implements Node @shareable { id: ID }",
        b="type A @shareable { id: ID far: Int } type Query { x: Int }",
    )
    assert error.coordinate == "A.far"
    assert "... on A {" in error.message


def test_what_is_hidden_need_not_be_answered() -> None:
    assert (
        codes(
            a="type Query { t: T } type T @shareable { x: Int }",
            b="type T @shareable { x: Int y: Int @inaccessible } type Query { b: Int }",
        )
        == []
    )


def test_an_interface_without_implementations_asks_for_nothing() -> None:
    shared = "type S @shareable { x: Int %s } type T @shareable { s: S }"
    assert (
        codes(
            a="type Query { i: I } interface I { s: S } " + shared % "",
            b=shared % "y: Int",
        )
        == []
    )


def test_what_is_required_must_be_had() -> None:
    error = compose_fed2(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") { id: ID! far: Int @external near: Int @requires(fields: "far") }',
        c='type T @key(fields: "other") { other: ID! far: Int } type Query { c: T }',
    ).errors[0]
    assert error.code == "SATISFIABILITY_ERROR"


def test_a_shared_mutation_field_needs_one_subgraph_that_does_it_all() -> None:
    mutation = "type Mutation {{ save: T @shareable }} type T @shareable {{ {} }}"
    whole = mutation.format("x: Int")
    assert codes(a="type Query { q: Int } " + whole, b=whole) == []
    composition = compose_fed2(
        a="type Query { q: Int } " + mutation.format("x: Int"), b=mutation.format("y: Int")
    )
    assert [(e.code, e.coordinate) for e in composition.errors] == [("SATISFIABILITY_ERROR", "Mutation.save")]


def test_shared_fields_must_mean_the_same_types() -> None:
    error = only_error(
        a="type Query { n: N @shareable } interface N { x: Int } type A implements N { x: Int }",
        b="type Query { n: N @shareable } interface N { x: Int } type B implements N { x: Int }",
    )
    assert (error.code, error.coordinate) == ("SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES", "Query.n")


LEFT = """type Query { item: Item @shareable } interface Item { code: ID! }
type Book implements Item @key(fields: "code") { code: ID! pages: Int }
type Disc implements Item @key(fields: "code") { code: ID! @external label: String }
"""
RIGHT = """type Query { item: Item @shareable } interface Item { code: ID! }
type Book implements Item @key(fields: "code") { code: ID! @external authors: [String] }
type Disc implements Item @key(fields: "code") { code: ID! minutes: Int }
"""


def test_an_interfaces_field_that_each_type_has_somewhere_composes_with_a_hint() -> None:
    composition = compose_fed2(left=LEFT, right=RIGHT)
    assert composition.ok, composition.errors
    found = {h.code: h for h in composition.hints}
    hint = found["UNANSWERABLE_INTERFACE_FIELD"]
    assert hint.coordinate == "Item.code"
    assert "{\n  item {\n    code\n  }\n}" in hint.message


NODES = {
    "a": 'interface Node @key(fields: "id") { id: ID! } type Query { first: Node }',
    "b": """type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! note: String }
        type Query { second: Node }""",
}
PARTS = {
    "a": "interface Part { x: Int same: Int } type Query { i: Part }",
    "b": "interface Part { y: Int same: Int } type Query { j: Part }",
}


@pytest.mark.parametrize(
    ("subgraphs", "refused", "planned"),
    [
        (NODES, {"Node.note": "{ first { note } }"}, ["{ first { id } }", "{ second { id note } }"]),
        (
            PARTS,
            {"Part.x": "{ j { x } }", "Part.y": "{ i { y } }"},
            ["{ i { x same } }", "{ j { y same } }"],
        ),
        (NODES | {"b": NODES["b"].replace(", resolvable: false", "")}, {}, ["{ first { note } }"]),
    ],
    ids=["an interface object without a way", "an interface whose fields differ", "with a way"],
)
def test_what_is_refused_of_an_interface_without_types_is_hinted(
    subgraphs: dict[str, str], refused: dict[str, str], planned: list[str]
) -> None:
    composition = compose_fed2(**subgraphs)
    assert composition.ok, composition.errors
    hints = {h.coordinate: h for h in composition.hints if h.code == "UNANSWERABLE_INTERFACE_FIELD"}
    assert hints.keys() == refused.keys()
    planner = Planned(None, **subgraphs)
    for coordinate, operation in refused.items():
        assert "no type implements" in hints[coordinate].message
        assert " ".join(hints[coordinate].message.split("\n")[1:-1]).split() == operation.split()
        with pytest.raises(PlanningError, match="No subgraph can answer"):
            planner.plan(operation)
    for operation in planned:
        assert planner.plan(operation).fetches


def test_a_type_that_a_shared_fields_other_subgraph_cannot_tell_is_asked_where_it_can() -> None:
    """An interface object knows no types, but the interface itself does, in a subgraph that shares the field.

    ``Film`` is on neither way, so it is never asked; nothing of that is an error.
    """
    key = '@key(fields: "id", resolvable: false)'
    subgraphs = {
        "a": f"""interface Node {key} {{ id: ID! }} type Query {{ n: Node @shareable }}
            type Book implements Node {key} {{ id: ID! title: String }}""",
        "b": f"""type Node {key} @interfaceObject {{ id: ID! @shareable }}
            type Query {{ n: Node @shareable }}""",
        "c": f"""interface Node {{ id: ID! }} type Film implements Node {key} {{ id: ID! }}
            type Query {{ film: Film }}""",
    }
    composition = compose_fed2(**subgraphs)
    assert composition.ok, composition.errors
    planner = Planned(None, **subgraphs)
    (book,) = planner.plan("{ n { ... on Book { title } } }").fetches
    assert book.service == "a"
    (film,) = planner.plan("{ n { ... on Film { id } } }").fetches
    assert "Film" not in film.document


def test_a_type_whose_field_nobody_reaches_is_told_for_the_type_too() -> None:
    right = RIGHT.replace("item: Item @shareable", "other: Int")
    composition = compose_fed2(left=LEFT, right=right)
    assert [(e.code, e.coordinate) for e in composition.errors] == [
        ("SATISFIABILITY_ERROR", coordinate) for coordinate in ("Item.code", "Disc.code", "Disc.minutes")
    ]


def sharing(count: int) -> list[SubgraphSource]:
    """Subgraphs of which each lacks one field: 2 ** count sets of places."""
    sources = []
    for i in range(count):
        fields = " ".join(f"f{j}: T" for j in range(count) if j != i or not i)
        sdl = f"type Query @shareable {{ t: T }} type T @shareable {{ x: Int {fields} }}"
        sources.append(SubgraphSource(f"s{i}", "", HEAD + sdl))
    return sources


def test_exponentially_many_sets_of_places_are_pruned() -> None:
    assert compose(sharing(30), CompositionSettings(max_satisfiability_states=1000)).ok


def test_a_proof_that_costs_too_much_ends_in_an_error() -> None:
    composition = compose(sharing(10), CompositionSettings(max_satisfiability_states=3))
    assert [e.code for e in composition.errors] == ["MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"]
    assert composition.errors[0].fix


def test_labels_are_decided_only_where_they_matter() -> None:
    """A chain of overridden fields, each by its own label, has few states, not two for every label."""
    count = 30
    types = 'type T%s @key(fields: "id") { id: ID! next: T%s %s }'
    old = "type Query { t: T0 } " + " ".join(types % (n, n + 1, "") for n in range(count))
    new = " ".join(types % (n, n + 1, f'@override(from: "old", label: "l{n}")') for n in range(count))
    last = f'type T{count} @key(fields: "id") {{ id: ID! }}'
    sources = [SubgraphSource("old", "", HEAD + old + last), SubgraphSource("new", "", HEAD + new + last)]
    assert compose(sources, CompositionSettings(max_satisfiability_states=2000)).ok


@pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
def test_nothing_can_be_sent_to_a_root_field(root: str) -> None:
    """Routers enter a root type by no key, so there is no representation to send a required value in."""
    error = only_error(
        rates=f"type Query {{ x: Int }} extend type {root} {{ rate: Rate }} type Rate {{ vat: Int }}",
        billing=f'type {root} {{ rate: Rate @external total: Int @requires(fields: "rate {{ vat }}") }} '
        "type Rate { vat: Int @external }",
    )
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", f"{root}.total")
    assert f'"{root}" is a root type, to which what "total" requires can\'t be sent' in error.message
    assert error.fix == 'Require nothing for "total", or move it to a type with a @key'


def test_a_key_on_a_root_type_makes_no_entity_of_it() -> None:
    query = 'type Query @key(fields: "k") { k: ID @shareable rate: Int %s }'
    total = '@external total: Int @requires(fields: "rate")'
    assert codes(a=query % "", b=query % total) == ["SATISFIABILITY_ERROR"]


def test_a_query_inside_a_payload_is_a_root_too() -> None:
    error = only_error(
        rates="type Query { rate: Int } type Mutation { pay: Paid } type Paid { query: Query }",
        billing='type Query { rate: Int @external total: Int @requires(fields: "rate") }',
    )
    assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "Query.total")


CONTEXTUAL = """
type Query { q: Int }
extend type %s @context(name: "shop") { rate: Int bill: Bill }
type Bill @key(fields: "id") { id: ID! total(rate: Int @fromContext(field: "$shop { rate }")): Int }
"""


def test_a_context_reads_what_a_query_gives_and_runs_no_mutation_for_it() -> None:
    assert codes(a=CONTEXTUAL % "Query") == []
    for root in ("Mutation", "Subscription"):
        error = only_error(a=CONTEXTUAL % root)
        assert (error.code, error.coordinate) == ("SATISFIABILITY_ERROR", "Bill.total")
