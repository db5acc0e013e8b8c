"""A compiled run that meets an odd answer starts over in the interpreter, and nothing is asked twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from graphql import GraphQLError
from starlette.responses import Response

from router.execution.compiled_run import CompiledRun
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

COMPILED = EngineSettings(execution="compiled", dedupe="off")
SHOP = """
  type Query { top: [Product] first: Product }
  type Mutation { rename(to: String!): Product }
  type Product @key(fields: "id") { id: ID! name: String maker: Maker }
  type Maker @key(fields: "id") { id: ID! }
"""
STOCK = 'type Product @key(fields: "id") { id: ID! left: Int place: Place } type Place { name: String }'
MAKERS = 'type Maker @key(fields: "id") { id: ID! country: String }'

Shops = dict[str, TestSubgraph]


def product(number: int) -> dict[str, Any]:
    return {"id": str(number), "name": f"Product {number}", "maker": {"id": f"m{number % 2}"}}


def shops(left: Any = 5, country: Any = "SE") -> Shops:
    """Three subgraphs; ``left`` and ``country`` are what two of them say, or raise."""

    def told(value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    shop = TestSubgraph(
        SHOP,
        {
            "Query.top": lambda *_: [product(number) for number in range(4)],
            "Query.first": lambda *_: product(0),
            "Mutation.rename": lambda *_, to: {**product(7), "name": to},
        },
        {"Product": lambda given: product(int(given["id"])), "Maker": lambda given: {}},
    )
    stock = TestSubgraph(
        "type Query { stock: Int }" + STOCK,
        {"Product.left": lambda *_: told(left)},
        {"Product": lambda _: {"place": {"name": "Lund"}}},
    )
    makers = TestSubgraph(
        "type Query { makers: Int }" + MAKERS,
        {"Maker.country": lambda *_: told(country)},
        {"Maker": lambda _: {}},
    )
    return {"shop": shop, "stock": stock, "makers": makers}


def asked(subgraphs: Shops) -> dict[str, int]:
    return {name: len(subgraph.requests) for name, subgraph in subgraphs.items()}


async def test_what_was_answered_is_not_asked_again() -> None:
    subgraphs = shops(left=GraphQLError("lost"))
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask("{ top { name left maker { country } } }")
    assert [each["maker"] for each in response["data"]["top"]] == [{"country": "SE"}] * 4
    assert [each["left"] for each in response["data"]["top"]] == [None] * 4
    assert [error["path"] for error in response["errors"]] == [["top", n, "left"] for n in range(4)]
    assert asked(subgraphs) == {"shop": 1, "stock": 1, "makers": 1}


async def test_what_is_under_way_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    subgraphs = shops(left=GraphQLError("lost"))
    started_over = asyncio.Event()
    start_over = CompiledRun._start_over

    def tell(run: CompiledRun, error: Exception) -> None:
        started_over.set()
        start_over(run, error)

    async def wait(_: dict[str, Any]) -> None:
        await started_over.wait()

    monkeypatch.setattr(CompiledRun, "_start_over", tell)
    subgraphs["makers"].fault = wait
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask("{ top { left maker { country } } }")
    assert [each["maker"] for each in response["data"]["top"]] == [{"country": "SE"}] * 4
    assert asked(subgraphs) == {"shop": 1, "stock": 1, "makers": 1}


async def test_what_two_fetches_asked_for_together_is_told_to_each() -> None:
    subgraphs = shops(left=GraphQLError("lost"))
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask("{ top { left } first { left place { name } } }")
    assert response["data"]["first"] == {"left": None, "place": {"name": "Lund"}}
    assert {tuple(error["path"]) for error in response["errors"]} == {
        *(("top", number, "left") for number in range(4)),
        ("first", "left"),
    }
    assert asked(subgraphs)["shop"] == 1


async def test_a_mutation_has_its_effect_once() -> None:
    subgraphs = shops(country=GraphQLError("unknown"))
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask('mutation { rename(to: "Desk") { name left maker { country } } }')
    assert response["data"] == {"rename": {"name": "Desk", "left": 5, "maker": {"country": None}}}
    assert [error["path"] for error in response["errors"]] == [["rename", "maker", "country"]]
    assert asked(subgraphs) == {"shop": 1, "stock": 1, "makers": 1}


@pytest.mark.parametrize("odd", [7, {"a": 1}, ["SE"]])
async def test_a_value_of_another_kind_costs_its_field_alone(odd: Any) -> None:
    subgraphs = shops()

    async def lie(payload: dict[str, Any]) -> Response:
        count = len(payload["variables"]["representations"])
        body = {"data": {"_entities": [{"country": odd}] * count}}
        return Response(json.dumps(body), media_type="application/json")

    subgraphs["makers"].fault = lie
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask("{ first { name left maker { country } } }")
    assert response["data"] == {"first": {"name": "Product 0", "left": 5, "maker": {"country": None}}}
    assert [error["path"] for error in response["errors"]] == [["first", "maker", "country"]]
    assert asked(subgraphs) == {"shop": 1, "stock": 1, "makers": 1}


async def test_a_subgraph_that_is_gone_is_asked_once() -> None:
    subgraphs = shops()

    async def refuse(_: dict[str, Any]) -> Response:
        return Response("gone", 503)

    subgraphs["stock"].fault = refuse
    async with gateway(subgraphs, COMPILED) as router:
        response = await router.ask("{ first { name left maker { country } } }")
    assert response["data"] == {"first": {"name": "Product 0", "left": None, "maker": {"country": "SE"}}}
    assert asked(subgraphs) == {"shop": 1, "stock": 1, "makers": 1}


async def test_an_entity_that_a_subgraph_does_not_know_is_no_reason_to_start_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subgraphs = shops()
    unknown = TestSubgraph(subgraphs["stock"].sdl, entities={"Product": lambda _: None})
    async with gateway({**subgraphs, "stock": unknown}, COMPILED) as router:
        with monkeypatch.context() as patch:
            patch.setattr("router.execution.compiled_run.PlanRun", None)
            response = await router.ask("{ first { name left place { name } maker { country } } }")
    product = {"name": "Product 0", "left": None, "place": None, "maker": {"country": "SE"}}
    assert response == {"data": {"first": product}}
