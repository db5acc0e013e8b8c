"""Root types that a subgraph calls by names of its own, among the types that its objects may have."""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.live_shop import HttpLive
from tests.router.execution.merge_increments import merge_payloads
from tests.router.execution.subgraph_server import TestSubgraph, serve_app

A = """
  schema { query: Reads mutation: Writes }
  scalar Json
  type Reads implements Named { x: Int raw: Json any: [Any!] named: Named back: Reads boxes: [Box] }
  type Writes { y: Int turn: Any }
  type Other implements Named @shareable { x: Int }
  union Any = Reads | Writes | Other
  interface Named { x: Int }
  type Box @key(fields: "id") { id: ID! inside: Any @shareable }
"""


@pytest.fixture(params=["interpreted", "compiled"])
def settings(request: pytest.FixtureRequest) -> EngineSettings:
    mode: ExecutionMode = request.param
    return EngineSettings(execution=mode)


READS: dict[str, Any] = {"__typename": "Reads"}
ALL = [READS, {"__typename": "Other", "x": 2}, {"__typename": "Writes"}]


def reads() -> TestSubgraph:
    return TestSubgraph(
        A,
        {
            "Reads.x": lambda *_: 1,
            "Reads.raw": lambda *_: {"__typename": "Reads"},
            "Reads.any": lambda *_: ALL,
            "Reads.named": lambda *_: READS,
            "Reads.back": lambda *_: {},
            "Reads.boxes": lambda *_: [{"id": "1", "inside": READS}, {"id": "2", "inside": ALL[1]}],
            "Writes.y": lambda *_: 7,
            "Writes.turn": lambda *_: {"__typename": "Writes"},
        },
        {"Box": lambda sent: {"inside": READS}},
    )


def plain() -> TestSubgraph:
    return TestSubgraph("type Query { z: Int }", {"Query.z": lambda *_: 3})


async def answer(settings: EngineSettings, text: str) -> dict[str, Any]:
    async with gateway({"a": reads(), "b": plain()}, settings) as router:
        return await router.ask(text)


async def test_members_of_a_union_are_told_apart_by_the_subgraphs_own_names(settings: EngineSettings) -> None:
    text = "{ any { __typename ... on Query { x } ... on Mutation { y } ... on Other { x } } }"
    assert await answer(settings, text) == {
        "data": {
            "any": [
                {"__typename": "Query", "x": 1},
                {"__typename": "Other", "x": 2},
                {"__typename": "Mutation", "y": 7},
            ]
        }
    }


async def test_what_other_subgraphs_have_of_the_root_is_found_below_a_union(settings: EngineSettings) -> None:
    assert await answer(settings, "{ any { ... on Query { x z } } }") == {
        "data": {"any": [{"x": 1, "z": 3}, {}, {}]}
    }


@pytest.mark.parametrize(
    "text",
    [
        "{ named { __typename x } }",
        "{ named { ... on Query { __typename x } } }",
        "{ named { ... on Other { x } ... on Named { __typename x } } }",
    ],
)
async def test_objects_of_an_interface_are_named_as_the_supergraph_does(
    settings: EngineSettings, text: str
) -> None:
    assert await answer(settings, text) == {"data": {"named": {"__typename": "Query", "x": 1}}}


async def test_the_root_of_mutations_among_the_types_of_a_payload(settings: EngineSettings) -> None:
    text = "mutation { turn { __typename ... on Mutation { y } } }"
    assert await answer(settings, text) == {"data": {"turn": {"__typename": "Mutation", "y": 7}}}


async def test_the_name_within_a_scalars_value_is_the_clients(settings: EngineSettings) -> None:
    found = await answer(settings, "{ any { ... on Query { raw } } raw }")
    raw = {"__typename": "Reads"}
    assert found == {"data": {"any": [{"raw": raw}, {}, {}], "raw": raw}}


async def test_the_root_itself_is_returned_under_its_usual_name(settings: EngineSettings) -> None:
    assert await answer(settings, "{ __typename back { __typename back { z } } }") == {
        "data": {"__typename": "Query", "back": {"__typename": "Query", "back": {"z": 3}}}
    }


async def test_a_deferred_part_is_told_as_the_first_answer_is() -> None:
    async with gateway({"a": reads(), "b": plain()}, EngineSettings()) as router:
        parts = await router.ask_in_parts(
            "{ z ... @defer { any { __typename ... on Query { x } } } }", "20220824"
        )
    assert len(parts) > 1
    assert merge_payloads(parts)["data"] == {
        "z": 3,
        "any": [{"__typename": "Query", "x": 1}, {"__typename": "Other"}, {"__typename": "Mutation"}],
    }


# To and from subgraphs that have names of their own ----------------------------------------------------


def shops() -> dict[str, TestSubgraph]:
    """The second takes what the first gives, and calls the root otherwise again."""
    place = "union Place = {query} | Street  type Street @shareable {{ name: String }}"
    return {
        "a": TestSubgraph(
            "schema { query: Reads } type Reads { town: String @shareable shops: [Shop] }"
            'type Shop @key(fields: "id") { id: ID! at: Place } ' + place.format(query="Reads"),
            {
                "Reads.town": lambda *_: "here",
                "Reads.shops": lambda *_: [
                    {"id": "1", "at": READS},
                    {"id": "2", "at": {"__typename": "Street", "name": "High"}},
                ],
            },
            {"Shop": lambda sent: {"at": READS}},
        ),
        "b": TestSubgraph(
            "schema { query: Finds } type Finds { town: String @shareable first: Shop }"
            'type Shop @key(fields: "id") { id: ID! at: Place @external'
            ' name: String @requires(fields: "at { ... on Finds { town } ... on Street { name } }")'
            ' kind: String @requires(fields: "at { __typename }") } ' + place.format(query="Finds"),
            {"Finds.first": lambda *_: {"id": "9"}},
            {"Shop": lambda sent: {"name": str(sent["at"]), "kind": sent["at"]["__typename"]}},
        ),
    }


async def test_required_values_are_sent_under_names_of_who_requires_them(
    settings: EngineSettings,
) -> None:
    async with gateway(shops(), settings) as router:
        found = await router.ask("{ shops { name kind } }")
    assert found == {
        "data": {
            "shops": [
                {"name": "{'__typename': 'Finds', 'town': 'here'}", "kind": "Finds"},
                {"name": "{'__typename': 'Street', 'name': 'High'}", "kind": "Street"},
            ]
        }
    }


async def test_required_values_of_which_the_type_alone_is_sent(settings: EngineSettings) -> None:
    async with gateway(shops(), settings) as router:
        found = await router.ask("{ shops { kind } }")
    assert found == {"data": {"shops": [{"kind": "Finds"}, {"kind": "Street"}]}}


async def test_entities_are_asked_and_read_under_names_of_their_subgraph(
    settings: EngineSettings,
) -> None:
    async with gateway(shops(), settings) as router:
        found = await router.ask("{ first { at { __typename ... on Query { town } } kind } }")
    assert found == {"data": {"first": {"at": {"__typename": "Query", "town": "here"}, "kind": "Finds"}}}


async def test_the_root_of_subscriptions_among_an_events_types(settings: EngineSettings) -> None:
    sdl = "schema { query: Query subscription: News } type Query { q: Int } type News { what: What n: Int }"
    news = TestSubgraph(sdl + " union What = News | Query")
    event = b'event: next\ndata: {"data": {"what": {"__typename": "News", "n": 4}}}\n\nevent: complete\n\n'
    live = HttpLive("text/event-stream", [event])
    async with (
        serve_app(live.app()) as url,
        gateway({"news": news}, settings, elsewhere={"news": f"{url}/graphql"}) as router,
    ):
        text = "subscription { what { __typename ... on Subscription { n } } }"
        events = [event async for event in router.events(text)]
    assert events == [{"data": {"what": {"__typename": "Subscription", "n": 4}}}]
