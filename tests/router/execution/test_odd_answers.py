"""Answers that no GraphQL server gives: they cost what they stand for, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import Response

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

THINGS = """
  type Query { things: [Thing] }
  interface Thing { id: ID! }
  type Book implements Thing @key(fields: "id") { id: ID! }
  type Film implements Thing @key(fields: "id") { id: ID! }
"""
BOOKS = """
  type Query { books: Int }
  type Book @key(fields: "id") { id: ID! title: String }
"""


@pytest.mark.parametrize("typename", ['{"odd":1}', "[]", "7", "null", '"Unknown"'])
async def test_a_type_name_that_makes_no_sense_nulls_its_object_alone(
    mode: ExecutionMode, typename: str
) -> None:
    async def odd(_: dict[str, Any]) -> Response:
        items = '{"__typename":"Book","id":"1"},{"__typename":' + typename + ',"id":"2"}'
        return Response('{"data":{"things":[' + items + "]}}")

    subgraphs = {
        "things": TestSubgraph(THINGS, fault=odd),
        "books": TestSubgraph(BOOKS, entities={"Book": lambda _: {"title": "Emma"}}),
    }
    async with gateway(subgraphs, EngineSettings(execution=mode)) as router:
        response = await router.ask("{ things { id ... on Book { title } } }")
    assert response["data"] == {"things": [{"id": "1", "title": "Emma"}, None]}
    assert [error["path"] for error in response["errors"]] == [["things", 1]]


@pytest.mark.parametrize("typename", ["null", '{"odd":1}', "7", '"Unknown"'])
async def test_an_object_that_is_asked_its_type_alone_is_null_without_one(
    mode: ExecutionMode, typename: str
) -> None:
    async def odd(_: dict[str, Any]) -> Response:
        items = '{"__typename":"Book"},{"__typename":' + typename + "}"
        return Response('{"data":{"things":[' + items + "]}}")

    async with gateway({"things": TestSubgraph(THINGS, fault=odd)}, EngineSettings(execution=mode)) as router:
        response = await router.ask("{ things { __typename } }")
    assert response["data"] == {"things": [{"__typename": "Book"}, None]}
    assert [error["path"][:2] for error in response["errors"]] == [["things", 1]]
