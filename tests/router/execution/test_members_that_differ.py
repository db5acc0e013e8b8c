"""Subgraphs whose objects differ in type, answered: the same whatever the way (docs/adr/0013)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from router.traffic.build_engine import build_engine
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import Gateway, gateway
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs

Response = dict[str, Any]


@pytest.fixture(params=["interpreted", "compiled"])
def settings(request: pytest.FixtureRequest) -> EngineSettings:
    mode: ExecutionMode = request.param
    return EngineSettings(execution=mode)


# A subgraph that breaks the promise of sharing ---------------------------------------------------------

NORTH = """
  type Query { boxN: Box }
  type Box @key(fields: "id") { id: ID! cover: [Side] @shareable }
  union Side = Plain | Gilded
  type Plain @shareable { text: String }
  type Gilded { gold: String }
"""
SOUTH = """
  type Query { boxS: Box }
  type Box @key(fields: "id") { id: ID! cover: [Side] @shareable extra: [Side] }
  union Side = Plain | Carved
  type Plain @shareable { text: String }
  type Carved { wood: String }
"""
SIDES = "{ __typename ... on Plain { text } ... on Gilded { gold } ... on Carved { wood } }"


def boxes() -> dict[str, TestSubgraph]:
    """The north gives a side that the south does not know, and the other way round."""
    plain = {"__typename": "Plain", "text": "grey"}
    north = {"id": "1", "cover": [plain, {"__typename": "Gilded", "gold": "leaf"}]}
    carved = [plain, {"__typename": "Carved", "wood": "oak"}]
    south = {"id": "1", "cover": carved, "extra": carved}
    return {
        "north": TestSubgraph(NORTH, {"Query.boxN": lambda *_: north}, {"Box": lambda _: north}),
        "south": TestSubgraph(SOUTH, {"Query.boxS": lambda *_: south}, {"Box": lambda _: south}),
    }


@pytest.mark.parametrize("besides", ["", "id", "extra { __typename }"])
async def test_what_else_is_asked_does_not_change_what_a_shared_field_gives(
    settings: EngineSettings, besides: str
) -> None:
    async with gateway(boxes(), settings) as router:
        found = await router.ask(f"{{ boxN {{ {besides} cover {SIDES} }} }}")
    assert "errors" not in found
    assert found["data"]["boxN"]["cover"] == [
        {"__typename": "Plain", "text": "grey"},
        {"__typename": "Gilded", "gold": None},
    ]


async def test_a_member_that_one_way_rules_out_gives_nothing_by_any_way(settings: EngineSettings) -> None:
    async with gateway(boxes(), settings) as router:
        found = await router.ask(
            "{ boxN { cover { ... on Gilded { gold } } } boxS { cover { ... on Carved { wood } } } }"
        )
    assert found == {
        "data": {"boxN": {"cover": [{}, {"gold": None}]}, "boxS": {"cover": [{}, {"wood": None}]}}
    }


async def test_a_field_of_one_subgraph_gives_all_that_this_one_knows(settings: EngineSettings) -> None:
    async with gateway(boxes(), settings) as router:
        found = await router.ask(f"{{ boxN {{ extra {SIDES} }} }}")
    assert found["data"]["boxN"]["extra"][1] == {"__typename": "Carved", "wood": "oak"}


# An interface's field that no subgraph gives for all of its types --------------------------------------

DOCK = """
  type Query { parcel(tag: ID!): Parcel @shareable crate: Crate }
  interface Parcel { tag: ID! }
  type Crate implements Parcel @key(fields: "tag") { tag: ID! slats: Int }
  type Sack implements Parcel @key(fields: "tag") { tag: ID! @external knots: Int }
"""
YARD = """
  type Query { parcel(tag: ID!): Parcel @shareable sack: Sack }
  interface Parcel { tag: ID! }
  type Crate implements Parcel @key(fields: "tag") { tag: ID! @external lids: Int }
  type Sack implements Parcel @key(fields: "tag") { tag: ID! cloth: String }
"""
# As another composer writes it.
PARCELS = """
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {{ query: Query }}
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  directive @join__field(
    graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean,
    override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
  directive @join__type(
    graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true,
    isInterfaceObject: Boolean! = false
  ) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  scalar join__FieldSet
  scalar link__Import
  enum link__Purpose {{ SECURITY EXECUTION }}
  enum join__Graph {{
    DOCK @join__graph(name: "dock", url: "{dock}")
    YARD @join__graph(name: "yard", url: "{yard}")
  }}
  type Query @join__type(graph: DOCK) @join__type(graph: YARD) {{
    parcel(tag: ID!): Parcel
    crate: Crate @join__field(graph: DOCK)
    sack: Sack @join__field(graph: YARD)
  }}
  interface Parcel @join__type(graph: DOCK) @join__type(graph: YARD) {{ tag: ID! }}
  type Crate implements Parcel
    @join__implements(graph: DOCK, interface: "Parcel") @join__implements(graph: YARD, interface: "Parcel")
    @join__type(graph: DOCK, key: "tag") @join__type(graph: YARD, key: "tag") {{
    tag: ID! @join__field(graph: DOCK) @join__field(graph: YARD, external: true)
    slats: Int @join__field(graph: DOCK)
    lids: Int @join__field(graph: YARD)
  }}
  type Sack implements Parcel
    @join__implements(graph: DOCK, interface: "Parcel") @join__implements(graph: YARD, interface: "Parcel")
    @join__type(graph: DOCK, key: "tag") @join__type(graph: YARD, key: "tag") {{
    tag: ID! @join__field(graph: DOCK, external: true) @join__field(graph: YARD)
    knots: Int @join__field(graph: DOCK)
    cloth: String @join__field(graph: YARD)
  }}
"""
CRATE = {"__typename": "Crate", "tag": "c", "slats": 6, "lids": 1}
SACK = {"__typename": "Sack", "tag": "s", "knots": 3, "cloth": "jute"}


def parcel(_source: Any, _info: Any, tag: str) -> Response:
    return CRATE if tag == "c" else SACK


def parcels() -> dict[str, TestSubgraph]:
    known = {"Crate": lambda _: CRATE, "Sack": lambda _: SACK}
    return {
        "dock": TestSubgraph(DOCK, {"Query.parcel": parcel, "Query.crate": lambda *_: CRATE}, known),
        "yard": TestSubgraph(YARD, {"Query.parcel": parcel, "Query.sack": lambda *_: SACK}, known),
    }


@asynccontextmanager
async def parcel_router(
    subgraphs: Mapping[str, TestSubgraph], settings: EngineSettings
) -> AsyncIterator[Gateway]:
    async with serve_subgraphs(subgraphs) as urls:
        engine = build_engine(PARCELS.format(**urls), settings)
        try:
            yield Gateway(engine)
        finally:
            await engine.aclose()


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ('{ parcel(tag: "c") { __typename } }', {"parcel": {"__typename": "Crate"}}),
        (
            '{ parcel(tag: "c") { ... on Crate { tag slats lids } } }',
            {"parcel": {"tag": "c", "slats": 6, "lids": 1}},
        ),
        ('{ parcel(tag: "s") { ... on Crate { tag slats } } }', {"parcel": {}}),
        ('{ parcel(tag: "s") { ... on Sack { tag knots } } }', {"parcel": {"tag": "s", "knots": 3}}),
        (
            '{ parcel(tag: "s") { ... on Crate { tag slats } ... on Sack { cloth tag knots } } }',
            {"parcel": {"cloth": "jute", "tag": "s", "knots": 3}},
        ),
        (
            "{ crate { tag lids } sack { knots tag } }",
            {"crate": {"tag": "c", "lids": 1}, "sack": {"knots": 3, "tag": "s"}},
        ),
    ],
)
async def test_each_type_is_answered_by_the_subgraphs_that_have_it(
    settings: EngineSettings, operation: str, expected: Response
) -> None:
    async with parcel_router(parcels(), settings) as router:
        assert await router.ask(operation) == {"data": expected}


@pytest.mark.parametrize(
    "operation",
    [
        '{ parcel(tag: "c") { tag } }',
        '{ parcel(tag: "c") { ... on Parcel { tag } } }',
        '{ crate { slats } parcel(tag: "c") { __typename ... on Crate { slats } tag } }',
    ],
)
async def test_an_interfaces_field_that_no_subgraph_gives_for_all_types_refuses_the_operation(
    settings: EngineSettings, operation: str
) -> None:
    subgraphs = parcels()
    async with parcel_router(subgraphs, settings) as router:
        for _ in range(2):  # also when the refusal is known
            found = await router.ask(operation)
            assert found.get("data") is None
            assert "Parcel.tag" in found["errors"][0]["message"]
            assert found["errors"][0]["extensions"]["code"] == "UNREACHABLE_FIELD"
    assert [each.requests for each in subgraphs.values()] == [[], []]


# An interface object into which no way leads -----------------------------------------------------------


async def test_what_cannot_be_planned_is_refused_before_anything_is_asked(settings: EngineSettings) -> None:
    home = 'type Query { first: Node other: Int } interface Node @key(fields: "id") { id: ID! }'
    notes = """
      type Query { second: Node }
      type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! note: String }
    """
    subgraphs = {
        "home": TestSubgraph(home, {"Query.other": lambda *_: 1}),
        "notes": TestSubgraph(notes, {"Query.second": lambda *_: {"id": "1", "note": "n"}}),
    }
    async with gateway(subgraphs, settings) as router:
        found = await router.ask("{ other second { note } first { note } }")
        assert found.get("data") is None
        assert "Node.note" in found["errors"][0]["message"]
        assert found["errors"][0]["extensions"]["code"] == "UNREACHABLE_FIELD"
        assert [each.requests for each in subgraphs.values()] == [[], []]
        assert await router.ask("{ other second { note } }") == {
            "data": {"other": 1, "second": {"note": "n"}}
        }
