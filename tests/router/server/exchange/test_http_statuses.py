"""GraphQL over HTTP §Status Codes, case by case, through the whole router: both media types and editions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import pytest
from graphql import GraphQLError

from router.server.exchange.negotiate import PLAIN_JSON, RESPONSE_JSON
from router.settings import Edition
from router.traffic.settings import EngineSettings, OperationLimits
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import running

SDL = """
type Query { hello(name: String): String! many(n: Int!): String bad: String worse: String! }
type Mutation { save: String }
type Subscription { ticks: Int }
"""


Router: TypeAlias = tuple[Edition, httpx.AsyncClient]


def fail(*_: Any) -> str:
    raise GraphQLError("No.")


SUBGRAPH = TestSubgraph(
    SDL,
    {
        "Query.hello": lambda *_, name="world": f"hello {name}",
        "Query.many": lambda *_, n: "x" * n,
        "Query.bad": fail,
        "Query.worse": fail,
        "Mutation.save": lambda *_: "saved",
    },
)


@pytest.fixture(
    scope="module",
    params=[("2025", True), ("2025", False), ("2026", True)],
    ids=["2025", "2025 by ASGI alone", "2026"],
)
async def edition(request: pytest.FixtureRequest) -> AsyncIterator[Router]:
    """A router of either edition, with the short way for plain POSTs and without, and a client of it."""
    edition, direct = request.param
    limits = OperationLimits(aliases=2)
    settings = {"http_edition": edition, "direct_posts": direct, "body_limit": 2_000}
    async with (
        gateway({"one": SUBGRAPH}, EngineSettings(limits=limits)) as router,
        running(router.engine, settings) as server,
        httpx.AsyncClient(base_url=server.url) as client,
    ):
        yield edition, client


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and its statuses: 2025's by ``application/graphql-response+json`` and by
    ``application/json``, and 2026's. ``data``: whether the response has any."""

    name: str
    body: Any
    response_json: int
    plain_json: int
    of_2026: int
    data: bool = False
    content_type: str | None = "application/json"


def query(text: Any, **members: Any) -> dict[str, Any]:
    return {"query": text, **members}


VARIABLES = "query($n: Int!) { many(n: $n) }"
TWO = "query A { hello } query B { hello }"
CASES = [
    Case("a query is answered", query("{ hello }"), 200, 200, 200, data=True),
    Case("a mutation is answered", query("mutation { save }"), 200, 200, 200, data=True),
    Case("an operation is chosen by its name", query(TWO, operationName="B"), 200, 200, 200, data=True),
    Case(
        "null members count as absent",
        query("{ hello }", operationName=None, variables=None, extensions=None),
        *(200, 200, 200),
        data=True,
    ),
    Case("unknown members are ignored", query("{ hello }", id=1, more={"a": []}), 200, 200, 200, data=True),
    Case(
        "an empty operationName counts as absent", query("{ hello }", operationName=""), 200, 200, 200, True
    ),
    Case(
        "variables that nobody uses do no harm", query("{ hello }", variables={"x": 1}), 200, 200, 200, True
    ),
    Case("a field that fails leaves partial data", query("{ hello bad }"), 200, 200, 294, data=True),
    Case("data that became null is a response still", query("{ worse }"), 200, 200, 294, data=True),
    Case("a body that is not JSON", b"NONSENSE", 400, 400, 400),
    Case("a body that ends too early", b'{"query":', 400, 400, 400),
    Case("no body", b"", 400, 400, 400),
    Case("a body that is not UTF-8", b'{"query": "{ hello(name: \\"\xff\\") }"}', 400, 400, 400),
    Case("half of a surrogate pair", b'{"query": "{ hello(name: \\"\\ud800\\") }"}', 400, 400, 400),
    Case("no query", {"qeury": "{ __typename }"}, 400, 400, 422),
    Case("a query that is null", query(None), 400, 400, 422),
    Case("a query that is a number", query(1), 400, 400, 422),
    Case("a query that is a list", query(["{ hello }"]), 400, 400, 422),
    Case("an operationName that is a number", query("{ hello }", operationName=1), 400, 400, 422),
    Case("an operationName that is an object", query("{ hello }", operationName={}), 400, 400, 422),
    Case("variables that are a list", query(VARIABLES, variables=[7]), 400, 400, 422),
    Case("variables that are an empty list", query("{ hello }", variables=[]), 400, 400, 422),
    Case("variables that are a string", query(VARIABLES, variables='{"n": 1}'), 400, 400, 422),
    Case("extensions that are a list", query("{ hello }", extensions=[]), 400, 400, 422),
    Case("extensions that are a boolean", query("{ hello }", extensions=False), 400, 400, 422),
    Case("a list of requests where batches are off", [query("{ hello }")], 400, 400, 422),
    Case("a request that is a string", "{ hello }", 400, 400, 422),
    Case("a request that is null", None, 400, 400, 422),
    Case("a text that is no GraphQL", query("{"), 400, 200, 400),
    Case("an empty text", query(""), 400, 200, 422),
    Case("a text of comments alone", query("# nothing"), 400, 200, 400),
    Case("an unknown field", query("{ nothing }"), 400, 200, 422),
    Case("an unknown argument", query("{ hello(x: 1) }"), 400, 200, 422),
    Case("an operation above a limit", query("{ a: hello b: hello c: hello }"), 400, 200, 422),
    Case("an unknown operationName", query("query A { hello }", operationName="B"), 400, 200, 422),
    Case("several operations and no name", query(TWO), 400, 200, 422),
    Case("no operation at all", query("fragment F on Query { hello }"), 400, 200, 422),
    Case("a variable that is missing", query(VARIABLES), 400, 200, 422),
    Case("a variable of a wrong type", query(VARIABLES, variables={"n": "x"}), 400, 200, 422),
    Case("a variable that is null and must not be", query(VARIABLES, variables={"n": None}), 400, 200, 422),
    Case("a hash in the text's place", {"extensions": {"persistedQuery": {"version": 1}}}, 400, 200, 422),
    Case("a subscription without a stream", query("subscription { ticks }"), 406, 406, 406),
    Case("a body above the limit", query("{ hello }" + " " * 3_000), 413, 413, 413),
    Case("no Content-Type", query("{ hello }"), 415, 415, 415, content_type=None),
    Case("text/plain", query("{ hello }"), 415, 415, 415, content_type="text/plain"),
    Case("application/graphql", b"{ hello }", 415, 415, 415, content_type="application/graphql"),
    Case("an unknown charset", query("{ hello }"), 415, 415, 415, content_type="application/json; charset=x"),
]


@pytest.mark.parametrize("accept", [RESPONSE_JSON, PLAIN_JSON])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_request_has_its_status(edition: Router, case: Case, accept: str) -> None:
    year, client = edition
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()
    headers = {"accept": accept}
    if case.content_type is not None:
        headers["content-type"] = case.content_type
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == expected_status(case, year, accept)
    failed_in_2026 = year == "2026" and response.status_code >= 300
    assert response.headers["content-type"] == f"{RESPONSE_JSON if failed_in_2026 else accept}; charset=utf-8"
    answer = response.json()
    assert ("data" in answer) is case.data
    if not case.data:
        assert answer["errors"][0]["message"]
        assert answer["errors"][0]["extensions"]["code"]


def expected_status(case: Case, year: Edition, accept: str) -> int:
    if year == "2025":
        return case.response_json if accept == RESPONSE_JSON else case.plain_json
    return 200 if case.of_2026 == 294 and accept == PLAIN_JSON else case.of_2026


@dataclass(frozen=True, slots=True)
class Get:
    """A URL's parameters, and the statuses as above."""

    name: str
    parameters: str
    response_json: int
    plain_json: int
    of_2026: int
    data: bool = False


BESIDE = "query+A%7Bhello%7Dmutation+B%7Bsave%7D"
GETS = [
    Get("a query", "query=%7Bhello%7D", 200, 200, 200, data=True),
    Get("plus signs for spaces", "query=query+A+%7B+hello+%7D", 200, 200, 200, data=True),
    Get("variables", "query=query(%24n:Int!)%7Bmany(n:%24n)%7D&variables=%7B%22n%22:2%7D", *(200,) * 3, True),
    Get(
        "members that are empty", "query=%7Bhello%7D&operationName=&variables=&extensions=", *(200,) * 3, True
    ),
    Get("variables that are null", "query=%7Bhello%7D&variables=null", 200, 200, 200, data=True),
    Get("an operation named null", "query=query+null%7Bhello%7D&operationName=null", *(200,) * 3, True),
    Get("no operation of the name null", "query=%7Bhello%7D&operationName=null", 400, 200, 422),
    Get("unknown parameters", "query=%7Bhello%7D&x=1&y", 200, 200, 200, data=True),
    Get("no parameters", "", 400, 400, 422),
    Get("no query", "variables=%7B%7D", 400, 400, 422),
    Get("variables that are no JSON", "query=%7Bhello%7D&variables=%7B", 400, 400, 400),
    Get("variables that are a list", "query=%7Bhello%7D&variables=%5B%5D", 400, 400, 422),
    Get("extensions that are a number", "query=%7Bhello%7D&extensions=1", 400, 400, 422),
    Get("bytes that are no UTF-8", "query=%ff", 400, 400, 422),
    Get("an unknown field", "query=%7Bnothing%7D", 400, 200, 422),
    Get("a mutation", "query=mutation%7Bsave%7D", 405, 405, 405),
    Get(
        "a mutation by its name", "query=query+A%7Bhello%7Dmutation+B%7Bsave%7D&operationName=B", *(405,) * 3
    ),
    Get(
        "the query beside a mutation",
        "query=query+A%7Bhello%7Dmutation+B%7Bsave%7D&operationName=A",
        *(200,) * 3,
        True,
    ),
    Get("a subscription without a stream", "query=subscription%7Bticks%7D", 406, 406, 406),
]


@pytest.mark.parametrize("accept", [RESPONSE_JSON, PLAIN_JSON])
@pytest.mark.parametrize("case", GETS, ids=lambda case: case.name)
async def test_every_url_has_its_status(edition: Router, case: Get, accept: str) -> None:
    year, client = edition
    response = await client.get(f"/graphql?{case.parameters}", headers={"accept": accept})
    of_2025 = case.response_json if accept == RESPONSE_JSON else case.plain_json
    assert response.status_code == (of_2025 if year == "2025" else case.of_2026)
    assert ("data" in response.json()) is case.data
    assert response.headers["vary"] == "accept, accept-encoding"
    if response.status_code == 405:
        assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
async def test_a_mutation_by_get_is_405_to_clients_of_streams_too(edition: Router, accept: str) -> None:
    parameters = {"query": "mutation { save }"}
    response = await edition[1].get("/graphql", params=parameters, headers={"accept": accept})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_nothing_is_changed_by_get(edition: Router) -> None:
    SUBGRAPH.requests.clear()
    for method in ("GET", "HEAD"):
        await edition[1].request(method, "/graphql", params={"query": "mutation { save }"})
    assert SUBGRAPH.requests == []
