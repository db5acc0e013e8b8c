"""Python's clients against the router: gql over HTTP and WebSocket, plain httpx in both media types."""

from __future__ import annotations

import json

import httpx
import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

PRODUCT = '{ product(id: "1") { name reviews } }'
PRICES = 'subscription { priceChanged(id: "1", times: 3) { price reviews } }'


async def test_gql_queries_by_http(url: str) -> None:
    async with Client(
        transport=HTTPXAsyncTransport(f"{url}/graphql"), fetch_schema_from_transport=True
    ) as session:
        answer = await session.execute(gql(PRODUCT))
    assert answer == {"product": {"name": "Shawarma", "reviews": ["review of 1"]}}


async def test_gql_raises_what_the_router_refuses(url: str) -> None:
    async with Client(transport=HTTPXAsyncTransport(f"{url}/graphql")) as session:
        with pytest.raises(TransportQueryError, match="nothing"):
            await session.execute(gql("{ nothing }"))


async def test_gql_subscribes_over_a_websocket(url: str) -> None:
    transport = WebsocketsTransport(
        f"{url.replace('http', 'ws')}/graphql", subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    )
    async with Client(transport=transport) as session:
        prices = [event["priceChanged"]["price"] async for event in session.subscribe(gql(PRICES))]
    assert prices == [100, 101, 102]


async def test_httpx_reads_both_media_types(url: str) -> None:
    async with httpx.AsyncClient() as http:
        for accept in ("application/json", "application/graphql-response+json"):
            response = await http.post(f"{url}/graphql", json={"query": PRODUCT}, headers={"accept": accept})
            assert response.headers["content-type"].startswith(accept)
            assert response.json()["data"]["product"]["name"] == "Shawarma"


async def test_httpx_reads_an_event_stream(url: str) -> None:
    headers = {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient() as http,
        http.stream("POST", f"{url}/graphql", json={"query": PRICES}, headers=headers) as response,
    ):
        lines = [line async for line in response.aiter_lines()]
    assert lines.count("event: next") == 3
    assert lines[-3] == "event: complete"


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query A { __typename }", "operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "fragment F on Query { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_httpx_hears_when_no_operation_can_be_chosen(
    url: str, request_body: dict[str, str], code: str, accept: str
) -> None:
    async with httpx.AsyncClient() as http:
        response = await http.post(f"{url}/graphql", json=request_body, headers={"accept": accept})
    assert response.status_code == (200 if accept == "application/json" else 400)
    assert "data" not in response.json()
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_httpx_may_not_change_anything_by_get(url: str) -> None:
    query = 'mutation { rename(id: "1", name: "x") { id } }'
    async with httpx.AsyncClient() as http:
        response = await http.get(f"{url}/graphql", params={"query": query})
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


async def test_files_are_passed_on_to_the_subgraph(url: str) -> None:
    query = "mutation($files: [Upload!]!, $note: String!) { attach(files: $files, note: $note) }"
    operations = {"query": query, "variables": {"files": [None, None], "note": "two"}}
    form = {
        "operations": json.dumps(operations),
        "map": json.dumps({"a": ["variables.files.0"], "b": ["variables.files.1"]}),
    }
    files = {"a": ("a.txt", b"alpha"), "b": ('b".txt', "bêta".encode())}
    async with httpx.AsyncClient() as http:
        headers = {"apollo-require-preflight": "true"}
        response = await http.post(f"{url}/graphql", data=form, files=files, headers=headers)
    assert response.json() == {"data": {"attach": "two: a.txt=alpha, b%22.txt=bêta"}}
