"""A subgraph's response is handed on byte for byte only where it is the client's response."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import Response

from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

SDL = """
  type Query { book(id: ID): Book }
  type Book @key(fields: "id") { id: ID! title: String pages: Int }
"""
OPERATION = "{ book { id title pages } }"


async def test_a_plan_asked_for_comes_with_data_that_would_pass() -> None:
    book = {"id": "1", "title": "Emma", "pages": 7}
    subgraph = TestSubgraph(SDL, {"Query.book": lambda *_: book})
    settings = EngineSettings(execution="compiled", show_query_plan=True)
    async with gateway({"books": subgraph}, settings) as router:
        request = GraphQLRequest("{ book { id title pages } }", headers={"x-waybill-query-plan": "1"})
        result = await router.engine.execute(request)
    assert isinstance(result, SingleResult)
    response = json.loads(result.body)
    assert response["data"] == {"book": book}
    assert "queryPlan" in response["extensions"]


async def answer(text: str, *, operation: str = OPERATION, pass_through: bool = True) -> bytes:
    """The router's response where the subgraph responds with a text."""

    async def respond(_: dict[str, Any]) -> Response:
        return Response(text, media_type="application/json")

    settings = EngineSettings(execution="compiled", pass_through=pass_through)
    async with gateway({"books": TestSubgraph(SDL, fault=respond)}, settings) as router:
        result = await router.engine.execute(GraphQLRequest(operation))
        assert isinstance(result, SingleResult)
        return result.body


async def test_what_was_asked_for_passes_with_its_own_spaces() -> None:
    text = '{ "data": {"book": {"id": "1", "title": "Emma",  "pages": null}} }'
    assert await answer(text) == text.encode()


async def test_a_setting_turns_it_off() -> None:
    text = '{ "data": {"book": {"id": "1", "title": "Emma", "pages": 7}} }'
    body = await answer(text, pass_through=False)
    assert body == b'{"data":{"book":{"id":"1","title":"Emma","pages":7}}}'


@pytest.mark.parametrize(
    "text",
    [
        '{"data":{"book":{"id":"1","title":"Emma","pages":7,"secret":1}}}',
        '{"data":{"book":{"id":"1","title":"Emma","pages":7},"more":1}}',
        '{"data":{"book":{"id":"1","title":"Emma","pages":7}},"extensions":{"trace":1}}',
        '{"data":{"book":{"id":1,"title":"Emma","pages":7}}}',
    ],
)
async def test_what_nobody_asked_for_is_left_out(text: str) -> None:
    assert json.loads(await answer(text)) == {"data": {"book": {"id": "1", "title": "Emma", "pages": 7}}}


@pytest.mark.parametrize("pages", ['"7"', "7.5", "2147483648", "true"])
async def test_a_value_of_the_wrong_type_is_null_with_an_error(pages: str) -> None:
    text = '{"data":{"book":{"id":"1","title":"Emma","pages":' + pages + "}}}"
    response = json.loads(await answer(text))
    assert response["data"] == {"book": {"id": "1", "title": "Emma", "pages": None}}
    assert [error["path"] for error in response["errors"]] == [["book", "pages"]]


async def test_aliases_and_type_names_are_the_routers_work() -> None:
    book = {"id": "1", "title": "Emma", "pages": 7}
    subgraph = TestSubgraph(SDL, {"Query.book": lambda *_: book})
    async with gateway({"books": subgraph}, EngineSettings(execution="compiled")) as router:
        response = await router.ask("{ book { number: id kind: __typename id } }")
    assert response == {"data": {"book": {"number": "1", "kind": "Book", "id": "1"}}}
