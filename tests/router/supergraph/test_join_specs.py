"""Supergraphs of every join spec, as other composers write them, are planned and executed over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from router.supergraph import read_supergraph
from router.traffic.build_engine import build_engine
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import Gateway
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs

FOLDER = Path(__file__).parent / "join_specs"


async def answer(version: str, operation: str, **subgraphs: TestSubgraph) -> Any:
    """Run an operation through the router on the version's supergraph; compiled and interpreted agree."""
    sdl = (FOLDER / f"{version}.graphql").read_text()
    answers = []
    async with serve_subgraphs(subgraphs) as urls:
        for name, url in urls.items():
            sdl = sdl.replace(f'"http://{name}"', f'"{url}"')
        for mode in ("interpreted", "compiled"):
            engine = build_engine(sdl, EngineSettings(execution=mode))
            try:
                answers.append(await Gateway(engine).ask(operation))
            finally:
                await engine.aclose()
    assert answers[0] == answers[1]
    assert "errors" not in answers[0], answers[0]
    return answers[0]["data"]


async def test_v0_1_owners_value_types_and_nested_keys() -> None:
    team = {"id": "t1", "city": "Amman"}
    riders = TestSubgraph(
        "type Query { x: Int } type Rider { id: ID! team: Team! name: String rating: Int } "
        "type Team { id: ID! city: String }",
        entities={
            "Rider": lambda key: {
                "name": f"rider {key['id']} of {key['team']['id']}",
                "rating": 5,
                "team": team,
            },
            "Team": lambda key: team,
        },
    )
    trips = TestSubgraph(
        "type Query { trips: [Trip!] } type Trip { id: ID! rider: Rider route: Route } "
        "type Route { km: Int via: [String!] } type Team { id: ID! } "
        "type Rider { id: ID! team: Team! rating: Int bonus: Int }",
        {
            "Query.trips": lambda *_: [
                {"id": "1", "rider": {"id": "r1", "team": {"id": "t1"}}, "route": {"km": 3, "via": ["a"]}}
            ],
            "Rider.bonus": lambda rider, _: rider["rating"] * 10,
        },
        entities={"Rider": lambda key: {}},
    )
    operation = "{ trips { id route { km via } rider { id name bonus team { id city } } } }"
    assert await answer("v0_1", operation, riders=riders, trips=trips) == {
        "trips": [
            {
                "id": "1",
                "route": {"km": 3, "via": ["a"]},
                "rider": {
                    "id": "r1",
                    "name": "rider r1 of t1",
                    "bonus": 50,
                    "team": {"id": "t1", "city": "Amman"},
                },
            }
        ]
    }


async def test_v0_2_overridden_external_and_required_fields_and_unions_without_member_joins() -> None:
    menu = TestSubgraph(
        "type Query { things: [Thing!] } union Thing = Dish | Drink enum Kind { COLD WARM } "
        "type Dish { id: ID! name: String kind: Kind price: Int weight: Float! } "
        "type Drink { id: ID! name: String }",
        {
            "Query.things": lambda *_: [
                {"__typename": "Dish", "id": "1", "name": "Soup", "kind": "WARM", "price": -1, "weight": 0.5},
                {"__typename": "Drink", "id": "2", "name": "Water"},
            ]
        },
        entities={"Dish": lambda key: {"weight": 0.5}},
    )
    stock = TestSubgraph(
        "type Query { x: Int } interface Item { id: ID! left: Int } "
        "type Dish implements Item { id: ID! price: Int weight: Float left: Int parcel: String }",
        {"Dish.parcel": lambda dish, _: f"{dish['weight']} kg"},
        entities={"Dish": lambda key: {"price": 7, "left": 3}},
    )
    operation = """{ things { __typename ... on Dish { name kind price left parcel } ... on Item { id }
        ... on Drink { name } } }"""
    assert await answer("v0_2", operation, menu=menu, stock=stock) == {
        "things": [
            {
                "__typename": "Dish",
                "name": "Soup",
                "kind": "WARM",
                "price": 7,
                "left": 3,
                "parcel": "0.5 kg",
                "id": "1",
            },
            {"__typename": "Drink", "name": "Water"},
        ]
    }


class _ByInterfaceToo(dict[str, Callable[[dict[str, Any]], Any]]):
    """Entities whose interface, which is no member of ``_Entity``, can be looked up like the last of them."""

    def __missing__(self, name: str) -> Callable[[dict[str, Any]], Any]:
        return list(self.values())[-1]


async def test_v0_3_interface_objects_and_union_members_of_one_subgraph() -> None:
    books = {"1": {"__typename": "Book", "id": "1", "title": "Kim", "pages": 300}}
    films = {"2": {"__typename": "Film", "id": "2", "title": "Ran"}}
    everything: dict[str, dict[str, Any]] = {**books, **films}
    media = TestSubgraph(
        "type Query { newest: [Media!] search: [Found!] } interface Media { id: ID! title: String } "
        "type Book implements Media { id: ID! title: String pages: Int } "
        "type Film implements Media { id: ID! title: String } union Found = Book",
        {
            "Query.newest": lambda *_: list(everything.values()),
            "Query.search": lambda *_: list(books.values()),
        },
        entities=_ByInterfaceToo(
            Book=lambda key: books[key["id"]],
            Film=lambda key: films[key["id"]],
        ),
    )
    stars = TestSubgraph(
        "type Query { best: [Media!] } type Media { id: ID! stars: Int }",
        {"Query.best": lambda *_: [{"id": "2"}], "Media.stars": lambda media, _: int(media["id"]) * 2},
        entities={"Media": lambda key: {}},
    )
    operation = """{ newest { __typename title stars } best { __typename title stars }
        search { ... on Book { pages stars } } }"""
    assert await answer("v0_3", operation, media=media, stars=stars) == {
        "newest": [
            {"__typename": "Book", "title": "Kim", "stars": 2},
            {"__typename": "Film", "title": "Ran", "stars": 4},
        ],
        "best": [{"__typename": "Film", "title": "Ran", "stars": 4}],
        "search": [{"pages": 300, "stars": 2}],
    }


async def test_v0_4_progressive_overrides_and_carried_directives() -> None:
    sdl = "type Query { bill: Bill } type Bill { id: ID! now: String later: String }"
    old = TestSubgraph(
        sdl,
        {"Query.bill": lambda *_: {"id": "1", "now": "old", "later": "old"}},
        entities={"Bill": lambda key: {"now": "old", "later": "old"}},
    )
    new = TestSubgraph(sdl, entities={"Bill": lambda key: {"now": "new", "later": "new"}})
    assert await answer("v0_4", "{ bill { now later } }", old=old, new=new) == {
        "bill": {"now": "new", "later": "old"}
    }


async def test_v0_5_context_arguments() -> None:
    people = TestSubgraph(
        "type Query { customers: [Customer!] } type Customer { id: ID! currency: String! wallet: Wallet } "
        "type Wallet { id: ID! balance(in: String): String }",
        {
            "Query.customers": lambda *_: [
                {"id": "1", "currency": "JOD", "wallet": {"id": "w1"}},
                {"id": "2", "currency": "EGP", "wallet": {"id": "w2"}},
            ],
            "Wallet.balance": lambda wallet, _, **arguments: f"{wallet['id']} in {arguments['in']}",
        },
        entities={"Wallet": lambda key: {}, "Customer": lambda key: {}},
    )
    assert await answer("v0_5", "{ customers { wallet { balance } } }", people=people) == {
        "customers": [{"wallet": {"balance": "w1 in JOD"}}, {"wallet": {"balance": "w2 in EGP"}}]
    }


def test_a_feature_under_another_name_is_known_by_its_link() -> None:
    types = read_supergraph((FOLDER / "v0_5.graphql").read_text()).types
    assert types["Customer"].fields["currency"].inaccessible
    assert types["Customer"].contexts == {"people__customer"}


@pytest.mark.parametrize("version", ["v0_1", "v0_2", "v0_3", "v0_4", "v0_5"])
def test_subgraphs_are_known_by_name_and_url(version: str) -> None:
    found = read_supergraph((FOLDER / f"{version}.graphql").read_text())
    assert all(s.url == f"http://{s.name}" and s.graph == s.name.upper() for s in found.subgraphs.values())
