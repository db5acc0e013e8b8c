"""Requests with files (graphql-multipart-request-spec): what is read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.router.server.conftest import MakeClient
from tests.router.server.schema_engine import SchemaEngine

PREFLIGHT = {"apollo-require-preflight": "true"}
OPERATIONS: Any = {"query": "query($f: String) { hello(name: $f) }", "variables": {"f": None}}
FILES = {"0": ("a.txt", b"alpha", "text/plain")}


async def send(
    client: httpx.AsyncClient, operations: object = OPERATIONS, files_map: object = None, **options: Any
) -> httpx.Response:
    form = {"operations": json.dumps(operations), "map": json.dumps(files_map or {"0": ["variables.f"]})}
    return await client.post("/graphql", **{"data": form, "files": FILES, "headers": PREFLIGHT, **options})


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_a_file_stands_in_the_variables_by_its_mark(
    client: httpx.AsyncClient, engine: SchemaEngine
) -> None:
    response = await send(client)
    assert response.status_code == 200
    request = engine.requests[0]
    assert request.uploads
    assert request.variables
    upload = request.uploads[request.variables["f"]]
    assert (upload.name, upload.content_type, upload.content) == ("a.txt", "text/plain", b"alpha")


@pytest.mark.parametrize(
    ("operations", "files_map"),
    [
        ([OPERATIONS], {"0": ["variables.f"]}),
        (OPERATIONS, {"1": ["variables.f"]}),
        (OPERATIONS, {"0": ["variables.g"]}),
        (OPERATIONS, {"0": ["query"]}),
        (OPERATIONS, {"0": ["variables.f.0"]}),
        (OPERATIONS, {"0": ["variables"]}),
        (OPERATIONS, {"0": [""]}),
        (OPERATIONS, {"0": [1]}),
        (OPERATIONS, {"0": ["variables.f", "variables.f"]}),
        ({**OPERATIONS, "variables": {"f": "set"}}, {"0": ["variables.f"]}),
        ({**OPERATIONS, "variables": [None]}, {"0": ["variables.0"]}),
        ({**OPERATIONS, "variables": {"l": [None]}}, {"0": ["variables.l.-1"]}),
        ({**OPERATIONS, "variables": {"l": [None]}}, {"0": ["variables.l.1"]}),
        ({**OPERATIONS, "variables": {"l": [None]}}, {"0": ["variables.l.first"]}),
        ("{", {"0": ["variables.f"]}),
        (OPERATIONS, {"0": "variables.f"}),
        (OPERATIONS, [1]),
        ({"query": 1, "variables": {"f": None}}, {"0": ["variables.f"]}),
    ],
)
async def test_a_form_that_does_not_fit_is_400(
    client: httpx.AsyncClient, operations: object, files_map: object
) -> None:
    response = await send(client, operations, files_map)
    assert (response.status_code, code_of(response)) == (400, "INVALID_REQUEST")


async def test_a_form_without_its_fields_or_boundary_is_400(client: httpx.AsyncClient) -> None:
    headers = {**PREFLIGHT, "content-type": "multipart/form-data"}
    for response in (
        await send(client, data={}),
        await client.post("/graphql", content=b"x", headers=headers),
    ):
        assert (response.status_code, code_of(response)) == (400, "INVALID_REQUEST")


async def test_a_form_that_any_page_could_send_is_403(client: httpx.AsyncClient) -> None:
    response = await send(client, headers={})
    assert (response.status_code, code_of(response)) == (403, "CSRF_PREVENTED")


async def test_files_are_counted_and_weighed(make_client: MakeClient) -> None:
    files = {"0": FILES["0"], "1": FILES["0"]}
    too_many = await send(make_client(upload_files=1), files=files)
    assert (too_many.status_code, code_of(too_many)) == (400, "INVALID_REQUEST")
    too_large = await send(make_client(upload_limit=100))
    assert (too_large.status_code, code_of(too_large)) == (413, "BODY_TOO_LARGE")


async def test_files_can_be_turned_off(make_client: MakeClient) -> None:
    response = await send(make_client(upload_files=0))
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("place", ["f", "list.0", "deep.0.f"])
async def test_a_file_may_stand_anywhere_in_the_variables(
    client: httpx.AsyncClient, engine: SchemaEngine, place: str
) -> None:
    variables = {"f": None, "list": [None], "deep": [{"f": None}]}
    response = await send(client, {**OPERATIONS, "variables": variables}, {"0": [f"variables.{place}"]})
    assert response.status_code == 200
    assert engine.requests[0].uploads


async def test_one_file_may_stand_at_several_places(client: httpx.AsyncClient, engine: SchemaEngine) -> None:
    variables = {"f": None, "g": None}
    await send(client, {**OPERATIONS, "variables": variables}, {"0": ["variables.f", "variables.g"]})
    request = engine.requests[0]
    assert request.variables
    assert request.variables["f"] == request.variables["g"]
    assert request.uploads
    assert len(request.uploads) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"operations": "{", "map": "{}"}, "INVALID_JSON"),
        ({"operations": json.dumps(OPERATIONS), "map": "{"}, "INVALID_JSON"),
        ({"operations": json.dumps(OPERATIONS)}, "INVALID_REQUEST"),
        ({"map": '{"0": ["variables.f"]}'}, "INVALID_REQUEST"),
        ({"operations": json.dumps(OPERATIONS), "map": "{}", "more": "1"}, "INVALID_REQUEST"),
        ({"operations": json.dumps(OPERATIONS), "map": '{"operations": ["variables.f"]}'}, "INVALID_REQUEST"),
    ],
)
async def test_fields_that_are_broken_or_missing_are_400(
    client: httpx.AsyncClient, fields: dict[str, str], code: str
) -> None:
    response = await send(client, data=fields)
    assert (response.status_code, code_of(response)) == (400, code)


async def form(client: httpx.AsyncClient) -> tuple[bytes, str]:
    """A whole form with one file: its body and content type."""
    request = client.build_request(
        "POST",
        "/graphql",
        data={"operations": json.dumps(OPERATIONS), "map": '{"0": ["variables.f"]}'},
        files=FILES,
    )
    return await request.aread(), request.headers["content-type"]


async def test_a_form_that_breaks_off_is_400(client: httpx.AsyncClient) -> None:
    body, content_type = await form(client)
    headers = {**PREFLIGHT, "content-type": content_type}
    for length in range(0, len(body) - 8, 7):
        response = await client.post("/graphql", content=body[:length], headers=headers)
        assert response.status_code == 400, body[:length]


@pytest.mark.parametrize("charset", ["unicode_escape", "punycode", "nonsense", "utf-16"])
async def test_fields_are_utf8_whatever_the_form_says(client: httpx.AsyncClient, charset: str) -> None:
    body, content_type = await form(client)
    headers = {**PREFLIGHT, "content-type": f"{content_type}; charset={charset}"}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 200
