"""GraphQL over HTTP: every status code and media type of the specification."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from router.server.exchange.negotiate import PLAIN_JSON, RESPONSE_JSON
from tests.router.server.conftest import MakeClient
from tests.router.server.schema_engine import SchemaEngine

BOTH = pytest.mark.parametrize("media_type", [RESPONSE_JSON, PLAIN_JSON])


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def post(client: httpx.AsyncClient, payload: Any, accept: str | None = None) -> httpx.Response:
    headers = {} if accept is None else {"accept": accept}
    return await client.post("/graphql", json=payload, headers=headers)


async def post_bytes(client: httpx.AsyncClient, body: bytes, content_type: str | None) -> httpx.Response:
    headers = {} if content_type is None else {"content-type": content_type}
    return await client.post("/graphql", content=body, headers=headers)


@BOTH
async def test_a_query_is_answered_in_the_media_type_that_was_asked_for(
    client: httpx.AsyncClient, media_type: str
) -> None:
    response = await post(client, {"query": "{ hello }"}, media_type)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, RESPONSE_JSON),
        ("", RESPONSE_JSON),
        ("*/*", PLAIN_JSON),
        ("application/*", PLAIN_JSON),
        ("text/html, application/json", PLAIN_JSON),
        ("APPLICATION/JSON", PLAIN_JSON),
        ("application/json; charset=utf-8", PLAIN_JSON),
        ("application/json;q=0.5, application/graphql-response+json", RESPONSE_JSON),
        ("application/graphql-response+json;q=0.5, application/json", PLAIN_JSON),
        ("application/graphql-response+json, application/json;q=0.9", RESPONSE_JSON),
        ("application/json;q=0, */*", RESPONSE_JSON),
        ("application/json, text/plain, */*", PLAIN_JSON),
        ("application/json;q=0.5, application/*;q=0.9", RESPONSE_JSON),
        ("application/*;q=0.9, application/graphql-response+json;q=0.1", PLAIN_JSON),
        ("*/*, application/graphql-response+json", RESPONSE_JSON),
        ("application/graphql-response+json, */*", RESPONSE_JSON),
        ("*/*;q=0.1, application/json;q=0.2, application/graphql-response+json;q=0.3", RESPONSE_JSON),
        ("application/graphql-response+json;q=0, application/*", PLAIN_JSON),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE_JSON),
        ("application/json; profile=x; Q=0.4, application/graphql-response+json;q=0.3", PLAIN_JSON),
        ("application/json;q=nonsense", PLAIN_JSON),
        (" , application/json ,", PLAIN_JSON),
        ("text/event-stream, application/json", PLAIN_JSON),
    ],
)
async def test_accept_decides_the_media_type(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    response = await post(client, {"query": "{ hello }"}, accept)
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml",
        "application/json;q=0",
        "multipart/mixed",
        "application/json; charset=utf-16",
        "*/*;q=0",
        "application/json;q=0, application/graphql-response+json;q=0, */*;q=0",
        "image/*",
    ],
)
async def test_an_accept_header_without_a_known_type_is_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(client, {"query": "{ hello }"}, accept)
    assert response.status_code == 406
    assert code_of(response) == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("query", ["{", "{ unknown }", "query A { hello } query B { hello }"])
@pytest.mark.parametrize(("media_type", "status"), [(RESPONSE_JSON, 400), (PLAIN_JSON, 200)])
async def test_a_request_error_is_400_and_by_plain_json_200(
    client: httpx.AsyncClient, query: str, media_type: str, status: int
) -> None:
    response = await post(client, {"query": query}, media_type)
    assert response.status_code == status
    assert "data" not in response.json()
    assert response.json()["errors"]


@BOTH
@pytest.mark.parametrize("query", ["{ hello maybe }", "{ fail }"])
async def test_field_errors_are_200(client: httpx.AsyncClient, media_type: str, query: str) -> None:
    response = await post(client, {"query": query}, media_type)
    assert response.status_code == 200
    assert response.json()["errors"][0]["message"] == "No."


@BOTH
@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({}, "no `query`"),
        ({"qeury": "{ hello }"}, "no `query`"),
        ({"query": None}, "no `query`"),
        ({"query": 1}, "`query`"),
        ({"query": ["{ hello }"]}, "`query`"),
        ({"query": {"a": 1}}, "`query`"),
        ({"query": "{ hello }", "operationName": 1}, "`operationName`"),
        ({"query": "{ hello }", "operationName": {}}, "`operationName`"),
        ({"query": "{ hello }", "variables": [7]}, "`variables`"),
        ({"query": "{ hello }", "variables": "{}"}, "`variables`"),
        ({"query": "{ hello }", "variables": 0}, "`variables`"),
        ({"query": "{ hello }", "extensions": []}, "`extensions`"),
        ({"query": "{ hello }", "extensions": "x"}, "`extensions`"),
        ("{ hello }", "JSON object"),
        (7, "JSON object"),
        (None, "JSON object"),
    ],
)
async def test_members_of_wrong_types_are_400_in_both_media_types(
    client: httpx.AsyncClient, payload: Any, says: str, media_type: str
) -> None:
    response = await post_json_text(client, json.dumps(payload), media_type)
    assert response.status_code == 400
    assert code_of(response) == "INVALID_REQUEST"
    assert says in response.json()["errors"][0]["message"]


async def post_json_text(client: httpx.AsyncClient, text: str, accept: str) -> httpx.Response:
    headers = {"content-type": "application/json", "accept": accept}
    return await client.post("/graphql", content=text, headers=headers)


@pytest.mark.parametrize(
    "body", [b"", b"NONSENSE", b'{"query":', b"{'query': '{ hello }'}", b"\xff\xfe", b"NaN"]
)
async def test_a_body_that_is_not_json_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    response = await post_bytes(client, body, "application/json")
    assert response.status_code == 400
    assert code_of(response) == "INVALID_JSON"


async def test_json_nested_a_hundred_thousand_deep_is_400(client: httpx.AsyncClient) -> None:
    body = b'{"query": "{ hello }", "variables": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
    assert (await post_bytes(client, body, "application/json")).status_code == 400
    big = body.replace(b":1}", b":" + b"9" * 20 + b"}")
    assert (await post_bytes(client, big, "application/json")).status_code == 400


async def test_null_members_count_as_absent(client: httpx.AsyncClient) -> None:
    payload = {"query": "{ hello }", "variables": None, "operationName": None, "extensions": None, "other": 1}
    assert (await post(client, payload)).json() == {"data": {"hello": "hello world"}}


async def test_members_reach_the_engine(client: httpx.AsyncClient, engine: SchemaEngine) -> None:
    big = 123456789012345678901234567890
    payload = {
        "query": "query A($n: String) { hello(name: $n) } query B { hello }",
        "operationName": "A",
        "variables": {"n": "Zoë", "big": big},
        "extensions": {"trace": True},
    }
    response = await post(client, payload)
    assert response.json() == {"data": {"hello": "hello Zoë"}}
    request = engine.requests[0]
    assert request.operation_name == "A"
    assert request.variables == {"n": "Zoë", "big": big}
    assert request.extensions == {"trace": True}
    assert request.allow == {"query", "mutation"}


async def test_a_persisted_query_needs_no_text(client: httpx.AsyncClient, engine: SchemaEngine) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}
    response = await post(client, {"extensions": extensions})
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert engine.requests[0].extensions == extensions


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/graphql",
    ],
)
async def test_other_media_types_of_requests_are_415(
    client: httpx.AsyncClient, content_type: str | None
) -> None:
    response = await post_bytes(client, b'{"query": "{ hello }"}', content_type)
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("application/json", "utf-8"),
        ("application/json;charset=utf-8", "utf-8"),
        ('application/json; charset="UTF-8"', "utf-8"),
        ("application/json", "utf-8-sig"),
        ("application/json; charset=utf-8", "utf-8-sig"),
        ("application/json; charset=us-ascii", "utf-8"),
        ("application/json; charset=utf-16", "utf-16"),
        ("application/json; charset=utf-16le", "utf-16-le"),
        ("application/json; charset=utf-32be", "utf-32-be"),
        ("application/json; charset=iso-8859-1", "iso-8859-1"),
        ("Application/JSON; profile=x; charset=utf8", "utf-8"),
    ],
)
async def test_charsets_and_byte_order_marks_are_understood(
    client: httpx.AsyncClient, content_type: str, encoding: str
) -> None:
    body = '{"query": "{ hello(name: \\"%s\\") }"}' % ("Zo" if "ascii" in content_type else "Zoë")
    response = await post_bytes(client, body.encode(encoding), content_type)
    assert response.json()["data"]["hello"].startswith("hello Zo")


async def test_an_unknown_charset_is_415(client: httpx.AsyncClient) -> None:
    response = await post_bytes(client, b"{}", "application/json; charset=klingon")
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_CHARSET"


async def test_a_body_that_is_not_its_charset_is_400(client: httpx.AsyncClient) -> None:
    response = await post_bytes(client, b"\xd8", "application/json; charset=utf-16")
    assert response.status_code == 400
    assert code_of(response) == "INVALID_JSON"


@pytest.mark.parametrize("method", ["PATCH", "QUERY", "TRACE"])
async def test_other_methods_are_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"


async def test_options_names_the_methods(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"


async def test_get_runs_a_query(client: httpx.AsyncClient, engine: SchemaEngine) -> None:
    parameters = {
        "query": "query A($n: String) { hello(name: $n) }",
        "operationName": "A",
        "variables": '{"n": "ü"}',
        "extensions": '{"a": 1}',
    }
    response = await client.get("/graphql", params=parameters)
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "hello ü"}}
    assert engine.requests[0].extensions == {"a": 1}
    assert engine.requests[0].allow == {"query"}


@BOTH
async def test_get_of_a_mutation_is_405(client: httpx.AsyncClient, media_type: str) -> None:
    parameters = {"query": "mutation { save }"}
    response = await client.get("/graphql", params=parameters, headers={"accept": media_type})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert "data" not in response.json()


async def test_an_empty_operation_name_of_a_url_is_none(
    client: httpx.AsyncClient, engine: SchemaEngine
) -> None:
    await client.get("/graphql", params={"query": "{ hello }", "operationName": "", "variables": ""})
    assert engine.requests[0].operation_name is None
    assert engine.requests[0].variables is None


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "INVALID_REQUEST"),
        ({"query": ""}, "INVALID_REQUEST"),
        ({"query": "{ hello }", "variables": "{"}, "INVALID_JSON"),
        ({"query": "{ hello }", "variables": "[]"}, "INVALID_REQUEST"),
        ({"query": "{ hello }", "extensions": "1"}, "INVALID_REQUEST"),
    ],
)
async def test_get_with_bad_parameters_is_400(
    client: httpx.AsyncClient, parameters: dict[str, str], code: str
) -> None:
    response = await client.get("/graphql", params=parameters)
    assert response.status_code == 400
    assert code_of(response) == code


async def test_get_with_bytes_that_are_not_utf8_is_400(client: httpx.AsyncClient) -> None:
    assert (await client.get("/graphql?query=%ff")).status_code == 400


async def test_a_mutation_by_post_runs(client: httpx.AsyncClient) -> None:
    assert (await post(client, {"query": "mutation { save }"})).json() == {"data": {"save": "saved"}}


async def test_a_subscription_needs_a_client_that_reads_streams(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "subscription { forever }"}, RESPONSE_JSON)
    assert response.status_code == 406
    assert "subscription" in response.json()["errors"][0]["message"]


async def test_a_body_above_the_limit_is_413(make_client: MakeClient) -> None:
    client = make_client(body_limit=100)
    response = await post(client, {"query": "{ hello }", "extensions": {"x": "y" * 100}})
    assert response.status_code == 413
    assert code_of(response) == "BODY_TOO_LARGE"


async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(make_client: MakeClient) -> None:
    async def chunks() -> Any:
        for _ in range(10):
            yield b" " * 20

    headers = {"content-type": "application/json"}
    response = await make_client(body_limit=100).post("/graphql", content=chunks(), headers=headers)
    assert response.status_code == 413


async def test_without_a_supergraph_the_answer_is_503(make_client: MakeClient) -> None:
    client = make_client()
    context = client._transport.app.context  # type: ignore[attr-defined]
    await context.engines.aclose()
    response = await post(client, {"query": "{ hello }"})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert code_of(response) == "NOT_READY"


async def test_a_fault_of_the_router_is_500_and_shows_nothing(
    client: httpx.AsyncClient, engine: SchemaEngine
) -> None:
    engine.schema = None  # type: ignore[assignment]
    response = await post(client, {"query": "{ hello }"})
    assert response.status_code == 500
    assert response.json() == {
        "errors": [{"message": "Internal server error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]
    }


async def test_a_request_id_is_kept_or_made(client: httpx.AsyncClient, engine: SchemaEngine) -> None:
    headers = {"x-request-id": "abc-1", "content-type": "application/json"}
    body = b'{"query": "{ hello }"}'
    given = await client.post("/graphql", content=body, headers=headers)
    assert given.headers["x-request-id"] == engine.requests[0].request_id == "abc-1"
    headers["x-request-id"] = 'no" good\t'
    made = [await client.post("/graphql", content=body, headers=headers) for _ in range(2)]
    ids = {response.headers["x-request-id"] for response in made}
    assert len(ids) == 2
    assert not any("good" in one for one in ids)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accept", [BROWSER, "text/html", "text/html, application/json;q=0.9"])
async def test_a_browser_that_opens_the_endpoint_gets_graphiql(
    make_client: MakeClient, method: str, accept: str
) -> None:
    client = make_client(graphiql=True)
    response = await client.request(method, "/graphql", headers={"accept": accept})
    assert (response.status_code, response.headers["location"], response.content) == (302, "/", b"")
    page = await client.get(response.headers["location"], headers={"accept": accept})
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "path", "accept", "graphiql"),
    [
        ("GET", "/graphql?query={hello}", BROWSER, True),
        ("GET", "/graphql", "*/*", True),
        ("GET", "/graphql", "text/html, application/json", True),
        ("GET", "/graphql", BROWSER, False),
        ("POST", "/graphql", BROWSER, True),
    ],
)
async def test_who_asks_for_data_is_answered_with_json(
    make_client: MakeClient, method: str, path: str, accept: str, graphiql: bool
) -> None:
    client = make_client(graphiql=graphiql)
    response = await client.request(method, path, headers={"accept": accept}, json={"query": "{ hello }"})
    assert response.headers["content-type"].startswith("application/json")
    assert "data" in response.json() or code_of(response) == "INVALID_REQUEST"
