"""Objects of types that clients must not see (@inaccessible): null to them, whatever is asked of them.

As with the reference, which asks every object of an abstract type for its name, and drops those it must hide.
"""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.merge_increments import merge_payloads
from tests.router.execution.subgraph_server import TestSubgraph

SDL = """
  type Query { one: Node all: [Node] must: [Node!] clear: Clear }
  interface Node { id: ID! name: String }
  interface Clear { id: ID! }
  type Book implements Node & Clear { id: ID! name: String }
  type Film implements Node & Clear { id: ID! name: String }
  type Secret implements Node @inaccessible { id: ID! name: String }
"""
BOOK = {"__typename": "Book", "id": "b", "name": "Emma"}
SECRET = {"__typename": "Secret", "id": "s", "name": "hidden"}


def library() -> TestSubgraph:
    resolvers = {
        "Query.one": lambda *_: SECRET,
        "Query.all": lambda *_: [BOOK, SECRET],
        "Query.must": lambda *_: [BOOK, SECRET],
        "Query.clear": lambda *_: BOOK,
    }
    return TestSubgraph(SDL, resolvers)


CASES = [
    ("{ one { id name } }", {"one": None}, ["one"]),
    ("{ all { name } }", {"all": [{"name": "Emma"}, None]}, ["all", 1]),
    ("{ all { ... on Node { name } } }", {"all": [{"name": "Emma"}, None]}, ["all", 1]),
    ("{ all { ... on Book { id } } }", {"all": [{"id": "b"}, None]}, ["all", 1]),
    ("{ must { id } }", {"must": None}, ["must", 1]),
]


@pytest.mark.parametrize(("text", "data", "path"), CASES, ids=[text for text, _, _ in CASES])
async def test_an_object_of_a_hidden_type_is_null_to_clients(
    mode: ExecutionMode, text: str, data: dict[str, Any], path: list[str | int]
) -> None:
    async with gateway({"library": library()}, EngineSettings(execution=mode)) as router:
        found = await router.ask(text)
    assert found["data"] == data
    assert [error["path"] for error in found["errors"]] == [path]
    assert "hidden" not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "{ all { id ... @defer { name } } }",
        "{ all { ... @defer { id name } } }",
        "{ ... @defer { all { id name } } }",
    ],
)
async def test_nor_is_it_shown_in_a_deferred_part(text: str) -> None:
    async with gateway({"library": library()}, EngineSettings()) as router:
        payloads = await router.ask_in_parts(text, "20220824")
    assert len(payloads) > 1
    assert merge_payloads(payloads)["data"] == {"all": [{"id": "b", "name": "Emma"}, None]}
    assert "hidden" not in str(payloads)


async def test_where_no_type_is_hidden_nothing_more_is_asked() -> None:
    subgraph = library()
    async with gateway({"library": subgraph}, EngineSettings()) as router:
        assert await router.ask("{ clear { id } }") == {"data": {"clear": {"id": "b"}}}
    assert [sent["query"] for sent in subgraph.requests] == ["{clear{id}}"]
