"""What random graphs brought to light, each made as small as it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

Response = dict[str, Any]


@pytest.fixture(params=["interpreted", "compiled"])
def mode(request: pytest.FixtureRequest) -> ExecutionMode:
    chosen: ExecutionMode = request.param
    return chosen


async def ask(
    mode: ExecutionMode, text: str, subgraphs: Mapping[str, TestSubgraph], **variables: Any
) -> Response:
    async with gateway(subgraphs, EngineSettings(execution=mode)) as router:
        return await router.ask(text, variables)


BOOK = {"__typename": "Book", "id": "b"}


def media() -> dict[str, TestSubgraph]:
    """An interface whose field ``title`` is never null in its types, and that others take for an object."""
    return {
        "shelf": TestSubgraph(
            """
            type Query { shelf: [Media] }
            interface Media @key(fields: "id") { id: ID! title: String }
            type Book implements Media @key(fields: "id") { id: ID! title: String! }
            type Film implements Media @key(fields: "id") { id: ID! title: String! }
            """,
            {"Query.shelf": lambda *_: [{**BOOK, "title": "B"}]},
            {
                "Media": lambda sent: {**BOOK, "title": "B"} if sent["id"] == "b" else None,
                "Book": lambda _: {"title": "B"},
            },
        ),
        "links": TestSubgraph(
            """
            type Query { linked: [Media] }
            type Media @interfaceObject @key(fields: "id") {
              id: ID! next: Media stars: Int title: String @external
              shout: String @requires(fields: "title")
            }
            """,
            {
                "Query.linked": lambda *_: [{"id": "b"}],
                "Media.next": lambda *_: {"id": "b"},
                "Media.stars": lambda *_: 5,
                "Media.shout": lambda media, _: f"{media['title']}!",
            },
            {"Media": lambda _: {}},
        ),
    }


async def test_a_field_stricter_in_the_types_is_asked_with_the_type_from_an_interface_object(
    mode: ExecutionMode,
) -> None:
    found = await ask(mode, "{ shelf { next { title } } }", media())
    assert found == {"data": {"shelf": [{"next": {"title": "B"}}]}}


async def test_a_field_stricter_in_the_types_can_be_required_by_an_interface_object(
    mode: ExecutionMode,
) -> None:
    assert await ask(mode, "{ linked { shout } }", media()) == {"data": {"linked": [{"shout": "B!"}]}}


async def test_a_fragment_that_adds_nothing_still_needs_the_type_behind_an_interface_object(
    mode: ExecutionMode,
) -> None:
    found = await ask(mode, "{ shelf { next { stars ... on Film { stars } } } }", media())
    assert found == {"data": {"shelf": [{"next": {"stars": 5}}]}}


async def test_an_interface_object_of_which_everything_is_skipped_is_there(mode: ExecutionMode) -> None:
    text = "query($yes: Boolean!) { shelf { next { stars @skip(if: $yes) } } }"
    assert await ask(mode, text, media(), yes=True) == {"data": {"shelf": [{"next": {}}]}}


async def test_requirements_of_an_interface_and_of_one_of_its_types_are_sent_together(
    mode: ExecutionMode,
) -> None:
    kinds = "interface Pet { id: ID! name: String }"
    home = TestSubgraph(
        f"""
        type Query {{ owner: Owner }} {kinds}
        type Owner @key(fields: "id") {{ id: ID! pets: [Pet] }}
        type Cat implements Pet {{ id: ID! name: String }}
        type Dog implements Pet {{ id: ID! name: String }}
        """,
        {"Query.owner": lambda *_: {"id": "1", "pets": [pet("Dog"), pet("Cat")]}},
        {"Owner": lambda _: {}},
    )
    clinic = TestSubgraph(
        f"""
        type Query {{ _: Int }} {kinds}
        type Owner @key(fields: "id") {{
          id: ID! pets: [Pet] @external
          all: String @requires(fields: "pets {{ name }}")
          cats: String @requires(fields: "pets {{ ... on Cat {{ id name }} }}")
        }}
        type Cat implements Pet {{ id: ID! @external name: String @external }}
        type Dog implements Pet {{ id: ID! @external name: String @external }}
        """,
        {
            "Owner.all": lambda owner, _: " ".join(each["name"] for each in owner["pets"]),
            "Owner.cats": lambda owner, _: " ".join(each.get("id", "-") for each in owner["pets"]),
        },
        {"Owner": lambda _: {}},
    )
    found = await ask(mode, "{ owner { all cats } }", {"home": home, "clinic": clinic})
    assert found == {"data": {"owner": {"all": "Dog Cat", "cats": "- Cat1"}}}


def pet(kind: str) -> dict[str, Any]:
    return {"__typename": kind, "id": f"{kind}1", "name": kind}


async def test_introspection_below_a_field_that_gives_the_root_again_is_refused_by_a_code(
    mode: ExecutionMode,
) -> None:
    only = TestSubgraph("type Query { a: Int again: Query }", {"Query.again": lambda *_: {}})
    found = await ask(mode, '{ again { a __type(name: "Query") { name } } }', {"only": only})
    assert found["errors"][0]["extensions"]["code"] == "UNREACHABLE_FIELD"


async def test_objects_of_several_types_in_one_place_each_give_their_own_context(mode: ExecutionMode) -> None:
    objects = [
        {"__typename": "Shop", "id": "s", "currency": "SAR", "money": "?", "leaf": {"id": "1"}},
        {"__typename": "Market", "id": "m", "currency": "?", "money": "EUR", "leaf": {"id": "2"}},
    ]
    subgraphs = {
        "places": TestSubgraph(
            """
            type Query { places: [Place] }
            union Place = Shop | Market
            type Shop @key(fields: "id") @context(name: "c") {
              id: ID! currency: String! money: String! @shareable leaf: Leaf }
            type Market @key(fields: "id") @context(name: "c") {
              id: ID! money: String! currency: String @shareable leaf: Leaf }
            type Leaf @key(fields: "id") { id: ID! in(what: String
              @fromContext(field: "$c ... on Shop { currency } ... on Market { money }")): String }
            """,
            {"Query.places": lambda *_: objects, "Leaf.in": lambda *_, what: what},
            {"Leaf": lambda sent: {"id": sent["id"]}},
        ),
        "other": TestSubgraph(
            'type Query { none: Int } type Leaf @key(fields: "id") { id: ID! size: Int }', {}
        ),
    }
    text = "{ places { ... on Shop { money leaf { in } } ... on Market { currency leaf { in } } } }"
    assert await ask(mode, text, subgraphs) == {
        "data": {
            "places": [
                {"money": "?", "leaf": {"in": "SAR"}},
                {"currency": "?", "leaf": {"in": "EUR"}},
            ]
        }
    }
