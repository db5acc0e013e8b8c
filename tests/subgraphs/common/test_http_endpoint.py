"""A subgraph's endpoint over HTTP: what it takes, and how it refuses the rest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
import strawberry

from subgraphs.common.auth import Caller
from subgraphs.common.context import Context
from subgraphs.common.execution import CompiledExecutor, FederatedSchema
from subgraphs.common.http_endpoint import GraphQLEndpoint
from subgraphs.common.tenants import Asked
from tests.router.server.running import running_app

QUERY = b'{"query": "{ hello }"}'
JSON = {"content-type": "application/json"}


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "hello"


async def make_context(asked: Asked, request_id: str) -> Context[Any]:
    return Context(cast("Any", None), Caller("main"))  # the schema above asks nothing of it


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    executor = CompiledExecutor(FederatedSchema(query=Query))
    endpoint = GraphQLEndpoint("one", executor, make_context, body_max=1_000, slow_ms=1_000)
    async with (
        running_app(endpoint) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
@pytest.mark.parametrize("body", [QUERY, b"\xef\xbb\xbf" + QUERY])
async def test_an_operation_is_answered(http: httpx.AsyncClient, content_type: str, body: bytes) -> None:
    response = await http.post("/", content=body, headers={"content-type": content_type})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"data": {"hello": "hello"}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{ hello }", "variables": []}', 400),
        (b'{"query": "{ hello }", "operationName": 1}', 400),
        (QUERY + b" " * 1_000, 413),
    ],
)
async def test_what_is_no_request_is_refused(http: httpx.AsyncClient, body: bytes, status: int) -> None:
    response = await http.post("/", content=body, headers=JSON)
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_what_any_page_could_send_is_415(http: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert (await http.post("/", content=QUERY, headers=headers)).status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_405_and_hear_which_there_is(http: httpx.AsyncClient, method: str) -> None:
    response = await http.request(method, "/", params={"query": "{ hello }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query A { hello } query B { hello }"])
async def test_a_mistake_in_an_operation_is_a_response(http: httpx.AsyncClient, query: str) -> None:
    response = await http.post("/", content=json.dumps({"query": query}).encode(), headers=JSON)
    assert response.status_code == 200
    assert response.json()["errors"]
