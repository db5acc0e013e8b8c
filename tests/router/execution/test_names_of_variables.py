"""A client names its variables as it likes: those that the router makes up give way."""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

ROOTS = """
  type Query { shop: Shop box: Box }
  type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String item: Item }
  type Box @key(fields: "id") { id: ID! }
  type Item @key(fields: "id") { id: ID!
    price(in: String @fromContext(field: "$shop { currency }"), net: Int, tax: Int): String }
"""
SUMS = """
  type Shop @key(fields: "id") { id: ID! sum(a: Int, b: Int): Int }
  type Box @key(fields: "id") { id: ID! product(a: Int, b: Int): Int }
"""


def price(_item: Any, _info: Any, **arguments: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(arguments.items()))


def subgraphs() -> dict[str, TestSubgraph]:
    return {
        "roots": TestSubgraph(
            ROOTS,
            {
                "Query.shop": lambda *_: {"id": "s", "currency": "SEK", "item": {"id": "i"}},
                "Query.box": lambda *_: {"id": "b"},
                "Item.price": price,
            },
            {"Item": lambda _: {}, "Shop": lambda _: {"currency": "SEK"}},
        ),
        "sums": TestSubgraph(
            "type Query { sums: Int }" + SUMS,
            {
                "Shop.sum": lambda _shop, _info, a=0, b=0: a + b,
                "Box.product": lambda _box, _info, a=0, b=0: a * b,
            },
            {"Box": lambda _: {}, "Shop": lambda _: {}},
        ),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("representations", "representations_"),
        ("r0", "r1"),
        ("r1", "r1_"),
        ("e0", "e1"),
        ("c0_context_0", "representations"),
    ],
)
async def test_entities_are_asked_for_in_one_request_whatever_variables_are_called(
    one: str, other: str, mode: ExecutionMode
) -> None:
    served = subgraphs()
    text = f"""query ($id: Int, ${one}: Int, ${other}: Int) {{
      shop {{ sum(a: ${one}, b: ${other}) }} box {{ product(a: ${other}, b: $id) }} }}"""
    async with gateway(served, EngineSettings(execution=mode)) as router:
        response = await router.ask(text, {one: 2, other: 3, "id": 7})
    assert response == {"data": {"shop": {"sum": 5}, "box": {"product": 21}}}
    assert len(served["sums"].requests) == 1


@pytest.mark.parametrize("name", ["context_0", "context_0_", "representations", "c0_context_0"])
async def test_a_context_has_a_variable_of_its_own(name: str, mode: ExecutionMode) -> None:
    text = f"query (${name}: Int, $t: Int) {{ shop {{ item {{ price(net: ${name}, tax: $t) }} }} }}"
    async with gateway(subgraphs(), EngineSettings(execution=mode)) as router:
        response = await router.ask(text, {name: 5, "t": 1})
    assert response == {"data": {"shop": {"item": {"price": "in=SEK net=5 tax=1"}}}}
