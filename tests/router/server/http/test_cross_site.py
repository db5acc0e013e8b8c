"""CORS and CSRF protection, both by setting."""

from __future__ import annotations

import pytest

from tests.router.server.conftest import MakeClient

SHOP = "https://shop.example"
PREFLIGHT = {
    "origin": SHOP,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, authorization",
}


async def test_without_the_setting_there_are_no_cors_headers(make_client: MakeClient) -> None:
    client = make_client()
    preflight = await client.options("/graphql", headers=PREFLIGHT)
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers={"origin": SHOP})
    for each in (preflight, response):
        assert "access-control-allow-origin" not in each.headers


@pytest.mark.parametrize(
    "settings", [{"cors_origins": SHOP}, {"cors_origin_regex": r"https://.*\.example"}, {"cors_origins": "*"}]
)
async def test_a_preflight_of_an_allowed_origin_is_answered(
    make_client: MakeClient, settings: dict[str, str]
) -> None:
    client = make_client(**settings, cors_max_age=60)
    preflight = await client.options("/graphql", headers=PREFLIGHT)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] in (SHOP, "*")
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert preflight.headers["access-control-max-age"] == "60"
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers={"origin": SHOP})
    assert response.headers["access-control-allow-origin"] in (SHOP, "*")
    assert response.headers["access-control-expose-headers"] == "x-request-id"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
async def test_every_method_may_be_asked_for(make_client: MakeClient, method: str) -> None:
    wanted = "x-graphql-event-stream-token, apollo-require-preflight, x-anything"
    headers = {
        "origin": SHOP,
        "access-control-request-method": method,
        "access-control-request-headers": wanted,
    }
    preflight = await make_client(cors_origins=SHOP).options("/graphql", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-headers"] == wanted
    assert "origin" in preflight.headers["vary"].lower()


@pytest.mark.parametrize(
    ("body", "accept", "status"),
    [
        (b"nonsense", "*/*", 400),
        (b"{}", "image/png", 406),
        (b'{"query": "subscription { count(to: 1) }"}', "text/event-stream", 200),
    ],
)
async def test_failures_and_streams_may_be_read_by_allowed_origins(
    make_client: MakeClient, body: bytes, accept: str, status: int
) -> None:
    headers = {"origin": SHOP, "accept": accept, "content-type": "application/json"}
    response = await make_client(cors_origins=SHOP).post("/graphql", content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == SHOP


async def test_another_origin_is_not_allowed(make_client: MakeClient) -> None:
    client = make_client(cors_origins=SHOP)
    headers = {**PREFLIGHT, "origin": "https://evil.example"}
    preflight = await client.options("/graphql", headers=headers)
    assert preflight.status_code == 400
    assert "access-control-allow-origin" not in preflight.headers


async def test_cookies_are_allowed_by_setting(make_client: MakeClient) -> None:
    client = make_client(cors_origins=SHOP, cors_credentials=True)
    response = await client.options("/graphql", headers=PREFLIGHT)
    assert response.headers["access-control-allow-credentials"] == "true"


async def test_with_csrf_protection_a_get_needs_a_header_that_forces_a_preflight(
    make_client: MakeClient,
) -> None:
    client = make_client(csrf_protection=True)
    refused = await client.get("/graphql", params={"query": "{ hello }"})
    assert refused.status_code == 403
    assert (await client.head("/graphql", params={"query": "{ hello }"})).status_code == 403
    assert refused.json()["errors"][0]["extensions"]["code"] == "CSRF_PREVENTED"
    for name in ("x-graphql-require-preflight", "Apollo-Require-Preflight"):
        response = await client.get("/graphql", params={"query": "{ hello }"}, headers={name: "1"})
        assert response.status_code == 200


async def test_with_csrf_protection_a_json_post_goes_on(make_client: MakeClient) -> None:
    client = make_client(csrf_protection=True)
    assert (await client.post("/graphql", json={"query": "{ hello }"})).status_code == 200
    simple = {"content-type": "text/plain"}
    assert (await client.post("/graphql", content=b"{}", headers=simple)).status_code == 415
