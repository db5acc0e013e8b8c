"""What a subgraph has said of an entity in a request is not asked for again in that request."""

from __future__ import annotations

import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

PRODUCTS = {"1": {"upc": "1", "name": "Table", "price": 5}, "2": {"upc": "2", "name": "Chair", "price": None}}
SHOP = """
  type Query { top: [Product] }
  type Product @key(fields: "upc") { upc: ID! name(upper: Boolean): String price: Int }
"""
NOTES = """
  type Note @key(fields: "id") { id: ID! about: [Product] }
  type Product @key(fields: "upc") { upc: ID! notes: [Note] }
"""


async def asked(operation: str, *, reuse: bool = True) -> list[list[str]]:
    """The keys that the shop, whose top product is 1, was asked for each time; the answer is checked."""
    notes = [{"id": "n", "about": [{"upc": "1"}, None, {"upc": "2"}, {"upc": "1"}]}]
    shop = TestSubgraph(
        SHOP,
        {"Query.top": lambda *_: [PRODUCTS["1"]]},
        {"Product": lambda given: PRODUCTS[given["upc"]]},
    )
    noted = TestSubgraph(
        "type Query { none: Int }" + NOTES,
        entities={"Product": lambda given: {**given, "notes": notes}, "Note": lambda _: None},
    )
    settings = EngineSettings(execution="compiled", reuse_entities=reuse)
    async with gateway({"shop": shop, "notes": noted}, settings) as router:
        response = await router.ask(operation)
    about = response["data"]["top"][0]["notes"][0]["about"]
    assert [each and each["name"] for each in about] == ["Table", None, "Chair", "Table"]
    assert "errors" not in response
    variables = [request.get("variables") or {} for request in shop.requests]
    return [[each["upc"] for each in given["representations"]] for given in variables if given]


async def test_only_what_is_not_known_is_asked_for() -> None:
    assert await asked("{ top { upc name price notes { about { price name } } } }") == [["2"]]


async def test_a_setting_turns_it_off() -> None:
    operation = "{ top { upc name price notes { about { price name } } } }"
    assert await asked(operation, reuse=False) == [["1", "2"]]


@pytest.mark.parametrize(
    "operation",
    [
        "{ top { upc name notes { about { name price } } } }",
        "{ top { upc name(upper: true) notes { about { name } } } }",
        "{ top { upc other: name notes { about { name } } } }",
    ],
)
async def test_fields_that_were_not_given_are_asked_for(operation: str) -> None:
    assert await asked(operation) == [["1", "2"]]
