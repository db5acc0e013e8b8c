"""Unions and interfaces whose members differ by subgraph: what is asked does not depend on the way taken.

The rule is that of docs/adr/0013.
"""

from __future__ import annotations

import pytest

from router.planning import PlanningError
from tests.router.planning.planned import Planned, sketch

NORTH = """
    type Query {{ boxN: Box }}
    type Box @key(fields: "id") {{ id: ID! cover: {cover} @shareable {more} }}
    union Side = Plain | Gilded
    type Plain @shareable {{ text: String }}
    type Gilded {{ gold: String }}
"""
SOUTH = """
    type Query {{ boxS: Box }}
    type Box @key(fields: "id"{key}) {{ id: ID! cover: {cover} @shareable {more} }}
    union Side = Plain | Carved
    type Plain @shareable {{ text: String }}
    type Carved {{ wood: String }}
"""
ALL = "__typename ... on Plain { text } ... on Gilded { gold } ... on Carved { wood }"


def boxes(north: str = "Side", south: str = "Side", *, key: str = "", only: str = "") -> Planned:
    """Two subgraphs that share ``Box.cover``; a type other than ``Side`` is defined by the caller."""
    return Planned(
        north=NORTH.format(cover=north.split("|")[0], more="") + "".join(north.split("|")[1:]),
        south=SOUTH.format(cover=south.split("|")[0], more=only, key=key) + "".join(south.split("|")[1:]),
    )


def plan(planned: Planned, operation: str) -> list[str]:
    return sketch(planned.plan(operation))


@pytest.mark.parametrize(("root", "subgraph"), [("boxN", "north"), ("boxS", "south")])
def test_of_a_shared_field_only_the_members_that_all_ways_know_are_asked(root: str, subgraph: str) -> None:
    assert plan(boxes(), f"{{ {root} {{ cover {{ {ALL} }} }} }}") == [
        f"{subgraph} {{{root}{{cover{{__typename ...on Plain{{text}}}}}}}}"
    ]


def test_a_field_that_is_not_shared_keeps_all_members_of_its_subgraph() -> None:
    planned = boxes(only="extra: Side")
    assert plan(planned, f"{{ boxS {{ extra {{ {ALL} }} }} }}") == [
        "south {boxS{extra{__typename ...on Plain{text} ...on Carved{wood}}}}"
    ]
    assert plan(planned, f"{{ boxN {{ extra {{ {ALL} }} }} }}") == [
        "north {boxN{id}}",
        "south boxN (0) Box{id} => ...on Box{extra{__typename ...on Plain{text} ...on Carved{wood}}}",
    ]


def test_a_subgraph_into_which_no_key_leads_is_no_way() -> None:
    planned = boxes(key=", resolvable: false")
    assert plan(planned, f"{{ boxN {{ cover {{ {ALL} }} }} }}") == [
        "north {boxN{cover{__typename ...on Plain{text} ...on Gilded{gold}}}}"
    ]
    assert plan(planned, f"{{ boxS {{ cover {{ {ALL} }} }} }}") == [
        "south {boxS{cover{__typename ...on Plain{text}}}}"
    ]


def test_a_way_through_a_third_subgraphs_key_counts() -> None:
    planned = Planned(
        north=NORTH.format(cover="Side", more=""),
        middle='type Query { m: Int } type Box @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }',
        south=SOUTH.format(cover="Side", more="", key="")
        .replace("id: ID!", "sku: ID!")
        .replace('"id"', '"sku"'),
    )
    assert plan(planned, f"{{ boxN {{ cover {{ {ALL} }} }} }}") == [
        "north {boxN{cover{__typename ...on Plain{text}}}}"
    ]


def test_members_differ_below_lists_and_values_too() -> None:
    frame = "[Frame!]|type Frame @shareable {{ sides: [[Side!]] }}".replace("{{", "{").replace("}}", "}")
    assert plan(boxes(frame, frame), f"{{ boxN {{ cover {{ sides {{ {ALL} }} }} }} }}") == [
        "north {boxN{cover{sides{__typename ...on Plain{text}}}}}"
    ]


def test_a_way_that_lacks_a_field_on_it_is_none() -> None:
    planned = boxes(
        "Frame|type Frame @shareable { width: Int side: Side }",
        "Frame|type Frame @shareable { width: Int }",
        only="own: Side",
    )
    assert plan(planned, f"{{ boxN {{ cover {{ width side {{ {ALL} }} }} }} }}") == [
        "north {boxN{cover{width side{__typename ...on Plain{text} ...on Gilded{gold}}}}}"
    ]


def test_a_narrower_type_of_the_field_rules_the_others_out() -> None:
    assert plan(
        boxes(south="Plain"), "{ boxN { cover { ... on Plain { text } ... on Gilded { gold } } } }"
    ) == ["north {boxN{cover{__typename ...on Plain{text}}}}"]


def test_a_condition_that_is_met_nowhere_asks_for_the_object_alone() -> None:
    assert plan(boxes(), "{ boxN { cover { ... on Gilded { gold } } } }") == [
        "north {boxN{cover{__typename}}}"
    ]


def test_a_deferred_part_asks_as_the_whole_would() -> None:
    operation = "{ boxN { cover { ... on Plain { text } ... @defer { ... on Gilded { gold } } } } }"
    assert sketch(boxes().plan(operation, defer=True)) == [
        "north {boxN{cover{__typename ...on Plain{text}}}}"
    ]


def test_shared_root_fields_are_ways_side_by_side() -> None:
    planned = Planned(
        north=NORTH.format(cover="Side", more="").replace("boxN: Box", "side: Side @shareable only: Side"),
        south=SOUTH.format(cover="Side", more="", key="").replace("boxS: Box", "side: Side @shareable"),
    )
    assert plan(planned, f"{{ side {{ {ALL} }} only {{ {ALL} }} }}") == [
        "north {side{__typename ...on Plain{text}} only{__typename ...on Plain{text} ...on Gilded{gold}}}"
    ]


def test_a_requirement_is_asked_as_a_client_would_be_answered() -> None:
    planned = Planned(
        north=NORTH.format(cover="Side", more=""),
        south=SOUTH.format(cover="Side", more="", key=""),
        price="""
            type Box @key(fields: "id") {
              id: ID! cover: Side @external
              price: Int @requires(fields: "cover { ... on Plain { text } ... on Gilded { gold } }") }
            union Side = Plain | Gilded
            type Plain @shareable { text: String }
            type Gilded { gold: String @external }
        """,
    )
    assert plan(planned, "{ boxN { price } }")[0] == "north {boxN{id cover{__typename ...on Plain{text}}}}"


ENTITIES = Planned(
    north="""
        type Query { boxN: Box }
        type Box @key(fields: "id") { id: ID! cover: Side @shareable }
        union Side = Plain | Gilded
        type Plain @key(fields: "id") { id: ID! text: String }
        type Gilded @key(fields: "id") { id: ID! gold: String }
    """,
    south="""
        type Query { boxS: Box }
        type Box @key(fields: "id") { id: ID! cover: Side @shareable }
        union Side = Plain
        type Plain @key(fields: "id") { id: ID! more: String }
        type Gilded @key(fields: "id") { id: ID! shine: String }
    """,
)


def test_an_entity_that_is_no_member_everywhere_is_not_asked_though_all_know_it() -> None:
    assert plan(ENTITIES, "{ boxN { cover { ... on Gilded { gold shine } } } }") == [
        "north {boxN{cover{__typename}}}"
    ]


def test_a_member_that_all_know_is_looked_up_by_its_key() -> None:
    assert plan(ENTITIES, "{ boxN { cover { ... on Plain { text more } } } }") == [
        "north {boxN{cover{__typename ...on Plain{text id}}}}",
        "south boxN.cover (0) Plain{id} => ...on Plain{more}",
    ]


NAMED = Planned(
    north="""
        type Query { side: Side @shareable }
        interface Side { name: String }
        type Plain implements Side @shareable { name: String text: String }
        type Gilded implements Side { name: String gold: String }
    """,
    south="""
        type Query { side: Side @shareable }
        interface Side { name: String }
        type Plain implements Side @shareable { name: String text: String }
        type Carved implements Side { name: String wood: String }
    """,
)


def test_the_interfaces_own_field_is_asked_of_whatever_one_subgraph_gives() -> None:
    assert plan(NAMED, "{ side { name ... on Gilded { gold } } }") == ["north {side{__typename name}}"]
    assert plan(NAMED, "{ side { ... on Gilded { name gold } } }") == ["north {side{__typename}}"]


def test_what_one_subgraph_cannot_give_of_a_type_another_does_not_make_good() -> None:
    planned = Planned(
        left="""
            type Query { item: Item @shareable }
            interface Item { name: String }
            type Book implements Item @key(fields: "id") { id: ID! name: String @shareable }
            type Disc implements Item @key(fields: "id") {
              id: ID! @external name: String @external label: Int }
        """,
        right="""
            type Query { item: Item @shareable }
            interface Item { name: String }
            type Book implements Item @key(fields: "id") { id: ID! name: String @shareable }
            type Disc implements Item @key(fields: "id") { id: ID! name: String }
        """,
    )
    assert plan(planned, "{ item { name ... on Disc { label } } }") == [
        "right {item{__typename name}}",
        "left {item{__typename ...on Disc{label}}}",
    ]


def test_an_interface_without_types_answers_for_no_field_that_its_subgraph_lacks() -> None:
    planned = Planned(
        home='type Query { first: Node } interface Node @key(fields: "id") { id: ID! }',
        notes="""
            type Query { second: Node }
            type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! note: String }
        """,
    )
    assert plan(planned, "{ first { __typename id } second { note } }") == [
        "home {first{__typename id}}",
        "notes {second{note}}",
    ]
    for operation in ("{ first { id note } }", "{ first { id } second { __typename } }"):
        with pytest.raises(PlanningError, match=r"Node\.(note|__typename)") as refused:
            planned.plan(operation)
        assert refused.value.code == "UNREACHABLE_FIELD"
