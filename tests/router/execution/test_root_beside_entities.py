"""The query type in a union: its objects go on by nothing, entities by their keys, at one place."""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

A = """
  type Query { all: [Any] one(door: Boolean!): Any }
  union Any = Query | Door | Plain
  type Door @key(fields: "id") { id: ID! }
  type Plain { x: Int }
"""
B = """
  type Query { version: String }
  type Door @key(fields: "id") { id: ID! colour: String }
"""
BELOW = "{ __typename ... on Query { version } ... on Door { colour } ... on Plain { x } }"
ROOT = {"__typename": "Query"}
DOOR = {"__typename": "Door", "id": "1"}
SHOWN: dict[str, Any] = {
    "Query": {"__typename": "Query", "version": "v9"},
    "Door": {"__typename": "Door", "colour": "red"},
    "Plain": {"__typename": "Plain", "x": 3},
}


def subgraphs() -> dict[str, TestSubgraph]:
    everything = [DOOR, ROOT, {"__typename": "Plain", "x": 3}, None, ROOT]
    a = TestSubgraph(
        A, {"Query.all": lambda *_: everything, "Query.one": lambda *_, door: DOOR if door else ROOT}
    )
    b = TestSubgraph(B, {"Query.version": lambda *_: "v9"}, {"Door": lambda sent: {"colour": "red"}})
    return {"a": a, "b": b}


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
async def test_each_object_of_a_list_is_answered_by_its_own_fetch(mode: ExecutionMode) -> None:
    async with gateway(subgraphs(), EngineSettings(execution=mode)) as router:
        answer = await router.ask(f"{{ all {BELOW} }}")
    shown = [SHOWN["Door"], SHOWN["Query"], SHOWN["Plain"], None, SHOWN["Query"]]
    assert answer == {"data": {"all": shown}}


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
@pytest.mark.parametrize(("door", "type_name"), [("true", "Door"), ("false", "Query")])
async def test_an_object_of_either_type_is_answered(mode: ExecutionMode, door: str, type_name: str) -> None:
    async with gateway(subgraphs(), EngineSettings(execution=mode)) as router:
        answer = await router.ask(f"{{ one(door: {door}) {BELOW} }}")
    assert answer == {"data": {"one": SHOWN[type_name]}}
