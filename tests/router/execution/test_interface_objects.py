"""@interfaceObject answered: objects whose types only another subgraph knows."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

LIBRARY = """
  type Query { media: [Media!]! }
  interface Media @key(fields: "id") { id: ID! title: String }
  type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
  type Film implements Media @key(fields: "id") { id: ID! title: String }
"""
REVIEWS = """
  type Query { best: [Media] }
  type Media @interfaceObject @key(fields: "id") {
    id: ID! stars: Int next: Media title: String @external praise: String @requires(fields: "title") }
"""
KNOWN: dict[str, dict[str, Any]] = {
    "1": {"__typename": "Book", "id": "1", "title": "Emma", "pages": 474},
    "2": {"__typename": "Film", "id": "2", "title": "Alien"},
}


def reviewed(sent: dict[str, Any]) -> dict[str, Any]:
    def praise(*_: Any) -> str:
        if "title" not in sent:
            raise GraphQLError("praise needs a title")
        return f"{sent['title']}!"

    return {"id": sent["id"], "stars": int(sent["id"]), "next": {"id": "2"}, "praise": praise}


def subgraphs() -> dict[str, TestSubgraph]:
    def known(sent: dict[str, Any]) -> dict[str, Any]:
        return KNOWN[sent["id"]]

    return {
        "library": TestSubgraph(
            LIBRARY,
            {"Query.media": lambda *_: list(KNOWN.values())},
            {"Media": known, "Book": known, "Film": known},
        ),
        "reviews": TestSubgraph(
            REVIEWS,
            {"Query.best": lambda *_: [{"id": "1", "stars": 1}, {"id": "2", "stars": 2}]},
            {"Media": reviewed},
        ),
    }


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param(
            "{ best { stars ... on Book { stars } } }",
            {"best": [{"stars": 1}, {"stars": 2}]},
            id="a fragment that asks for nothing more",
        ),
        pytest.param(
            "{ best { ... on Book { id } } }",
            {"best": [{"id": "1"}, {}]},
            id="a fragment that asks for the key only",
        ),
        pytest.param(
            "{ media { ... on Book { praise } next { id } } }",
            {"media": [{"praise": "Emma!", "next": {"id": "2"}}, {"next": {"id": "2"}}]},
            id="a field of one type that requires another, beside one of all types",
        ),
        pytest.param(
            "{ media { next { ... on Book @skip(if: true) { id } } } }",
            {"media": [{"next": {}}, {"next": {}}]},
            id="nothing at all",
        ),
        pytest.param(
            "{ media { next { title __typename } } }",
            {"media": [{"next": {"title": "Alien", "__typename": "Film"}}] * 2},
            id="a type behind an interface object",
        ),
    ],
)
async def test_types_are_asked_for_where_they_matter(
    operation: str, expected: dict[str, Any], mode: ExecutionMode
) -> None:
    async with gateway(subgraphs(), EngineSettings(execution=mode)) as router:
        assert await router.ask(operation) == {"data": expected}
