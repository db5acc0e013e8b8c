"""Answers that no GraphQL server gives: they cost what they stand for, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import Response

from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import Fault, TestSubgraph

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


SHOP = """
  type Query { item: Item text: String }
  type Item @key(fields: "id") { id: ID! name: String tags: [Tag] }
  type Tag { word: String }
"""
STOCK = 'type Query { stock: Int } type Item @key(fields: "id") { id: ID! count: Int }'
ITEM = {"Query.item": lambda *_: {"id": "1", "name": "pen"}}


def fixed(body: str | bytes) -> Fault:
    async def answer(_: dict[str, Any]) -> Response:
        return Response(body)

    return answer


async def ask(operation: str, shop: TestSubgraph, stock: TestSubgraph, mode: ExecutionMode) -> dict[str, Any]:
    async with gateway({"shop": shop, "stock": stock}, EngineSettings(execution=mode)) as router:
        return await router.ask(operation)


async def test_what_nobody_asked_for_takes_no_other_fields_place(mode: ExecutionMode) -> None:
    more = '{"count":5,"id":"7","name":"stolen","__typename":"Tag"}'
    stock = TestSubgraph(STOCK, fault=fixed('{"data":{"_entities":[' + more + "]}}"))
    response = await ask("{ item { id name count } }", TestSubgraph(SHOP, ITEM), stock, mode)
    assert response == {"data": {"item": {"id": "1", "name": "pen", "count": 5}}}


@pytest.mark.parametrize("index", ["7", "-1"])
async def test_an_error_about_an_entity_that_is_not_there_is_not_lost(
    mode: ExecutionMode, index: str
) -> None:
    errors = '[{"message":"gone","path":["_entities",' + index + "]}]"
    stock = TestSubgraph(STOCK, fault=fixed('{"data":{"_entities":[null]},"errors":' + errors + "}"))
    response = await ask("{ item { id count } }", TestSubgraph(SHOP, ITEM), stock, mode)
    assert response["data"] == {"item": {"id": "1", "count": None}}
    assert [(each["message"], each["path"]) for each in response["errors"]] == [("gone", ["item", "count"])]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b'\xef\xbb\xbf{"data":{"text":"a"}}', "a", id="a byte order mark"),
        pytest.param(b'{"data":{"text":"cut \\uD83D"}}', "cut \ufffd", id="half an emoji"),
        pytest.param(b'{"data":{"text":"\\ude00\\uD83D\\uDE00"}}', "\ufffd😀", id="one half, and a whole"),
        pytest.param(b'{"data":{"text":"\\\\ud83d \\ud83d"}}', "\\ud83d \ufffd", id="an escaped escape"),
    ],
)
async def test_what_strict_readers_of_json_refuse_is_read(
    mode: ExecutionMode, body: bytes, text: str
) -> None:
    response = await ask("{ text }", TestSubgraph(SHOP, fault=fixed(body)), TestSubgraph(STOCK), mode)
    assert response == {"data": {"text": text}}


@pytest.mark.parametrize("depth", [200, 450, 900, 100_000])
async def test_lists_in_lists_without_end_are_one_wrong_value(mode: ExecutionMode, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    shop = TestSubgraph(SHOP, fault=fixed('{"data":{"item":{"name":"pen","tags":' + deep + "}}}"))
    response = await ask("{ item { name tags { word } } }", shop, TestSubgraph(STOCK), mode)
    codes = {error["extensions"]["code"] for error in response["errors"]}
    assert codes <= {"INVALID_RESPONSE_VALUE", "SUBREQUEST_MALFORMED_RESPONSE"}


@pytest.mark.parametrize("levels", [900, 100_000])
async def test_a_value_that_goes_too_deep_for_json_is_no_fault_of_the_router(
    mode: ExecutionMode, levels: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def deep(_: dict[str, Any]) -> Response:
        return Response('{"data":{"echo":' + "[" * levels + "]" * levels + "}}")

    subgraph = TestSubgraph("type Query { echo: Big } scalar Big", fault=deep)
    async with gateway({"a": subgraph}, EngineSettings(execution=mode)) as router:
        result = await router.engine.execute(GraphQLRequest("{ echo }"))
    assert isinstance(result, SingleResult)
    if levels == 900:
        assert result.body == b'{"data":{"echo":' + b"[" * levels + b"]" * levels + b"}}"
    else:
        assert b'"code":"SUBREQUEST_MALFORMED_RESPONSE"' in result.body
        assert b"nested too deeply" in result.body
    assert caplog.records == []


SECRETS = """
  type Query { any: [Any] }
  union Any = Book | Secret
  type Book { title: String }
  type Secret @inaccessible { title: String }
"""


@pytest.mark.parametrize("text", ["{ any { ... on Book { title } } }", "{ any { __typename } }"])
async def test_an_object_without_a_type_name_is_not_taken_for_the_only_type_that_clients_see(
    mode: ExecutionMode, text: str
) -> None:
    async def odd(_: dict[str, Any]) -> Response:
        items = '{"__typename":"Book","title":"Emma"},{"__typename":null,"title":"hidden"}'
        return Response('{"data":{"any":[' + items + "]}}")

    async with gateway({"a": TestSubgraph(SECRETS, fault=odd)}, EngineSettings(execution=mode)) as router:
        response = await router.ask(text)
    assert response["data"]["any"][1] is None
    assert response["data"]["any"][0] in ({"title": "Emma"}, {"__typename": "Book"})
    assert [error["path"] for error in response["errors"]] == [["any", 1]]
