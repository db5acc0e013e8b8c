"""Tokens against a JWKS: good, bad, rotated, unreachable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jwt
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from router.errors import RequestError
from router.server.authentication.keys import KeySet
from tests.router.server.conftest import MakeClient, Serve
from tests.router.server.running import running_app
from tests.router.server.schema_engine import SchemaEngine
from tests.router.server.socket_client import closed, hear, say, socket, subscribe
from tests.router.server.tokens import Key, MovedClock, write

WHO = {"query": "{ who }"}


@pytest.fixture(scope="module")
def key() -> Key:
    return Key("one")


@pytest.fixture
def jwks(tmp_path: Path, key: Key) -> Path:
    path = tmp_path / "jwks.json"
    write(path, key)
    return path


async def ask(client: httpx.AsyncClient, token: str | None) -> httpx.Response:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return await client.post("/graphql", json=WHO, headers=headers)


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256", "ES256"])
async def test_a_good_token_identifies_its_caller(
    make_client: MakeClient, engine: SchemaEngine, tmp_path: Path, algorithm: str
) -> None:
    signer = Key("k", algorithm)
    write(tmp_path / "jwks.json", signer)
    token = signer.sign(scope="orders:read orders:write", role="CUSTOMER")
    response = await ask(make_client(jwks=str(tmp_path / "jwks.json")), token)
    assert response.json() == {"data": {"who": "u1"}}
    request = engine.requests[0]
    assert request.identity is not None
    assert request.identity.claims["role"] == "CUSTOMER"
    assert request.identity.scopes == {"orders:read", "orders:write"}
    assert request.headers["authorization"] == f"Bearer {token}"


async def test_no_token_is_anonymous(make_client: MakeClient, jwks: Path) -> None:
    assert (await ask(make_client(jwks=str(jwks)), None)).json() == {"data": {"who": None}}


async def test_without_a_jwks_tokens_are_passed_on_unread(
    make_client: MakeClient, engine: SchemaEngine
) -> None:
    response = await ask(make_client(), "anything")
    assert response.json() == {"data": {"who": None}}
    assert engine.requests[0].headers["authorization"] == "Bearer anything"


def bad_tokens(key: Key) -> dict[str, str]:
    other = Key("one")
    return {
        "garbage": "garbage",
        "no signature": jwt.encode({"sub": "u1"}, "", "none", headers={"kid": "one"}),
        "expired": key.sign(exp=time.time() - 60),
        "not yet valid": key.sign(nbf=time.time() + 60),
        "other issuer": key.sign(iss="evil"),
        "no issuer": key.sign(iss=None),
        "other audience": key.sign(aud="evil"),
        "no audience": key.sign(aud=None),
        "unknown key": key.sign(kid="two"),
        "signed by another": other.sign(),
        "symmetric with the public key": jwt.encode({"sub": "u1"}, "x" * 32, "HS256", headers={"kid": "one"}),
        "tampered": key.sign()[:-8] + "AAAAAAAA",
    }


@pytest.mark.parametrize("kind", list(bad_tokens(Key("one"))))
async def test_a_bad_token_is_401(
    make_client: MakeClient, engine: SchemaEngine, jwks: Path, key: Key, kind: str
) -> None:
    client = make_client(jwks=str(jwks), jwt_issuer="issuer", jwt_audience="api")
    response = await ask(client, bad_tokens(key)[kind])
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert engine.requests == []


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "Bearer ", "token", ""])
async def test_another_scheme_is_401(make_client: MakeClient, jwks: Path, header: str) -> None:
    client = make_client(jwks=str(jwks))
    response = await client.post("/graphql", json=WHO, headers={"authorization": header})
    assert response.status_code == 401


async def test_an_algorithm_that_is_not_accepted_is_401(
    make_client: MakeClient, jwks: Path, key: Key
) -> None:
    assert (await ask(make_client(jwks=str(jwks), jwt_algorithms="RS256"), key.sign())).status_code == 401


async def test_a_remembered_token_still_expires(make_client: MakeClient, jwks: Path, key: Key) -> None:
    clock = MovedClock()
    client = make_client(jwks=str(jwks), jwt_leeway=5, clock=clock)
    token = key.sign(exp=int(clock.now()) + 60)
    for seconds, status in ((0, 200), (64, 200), (1, 401)):
        clock.move(seconds)
        assert (await ask(client, token)).status_code == status
    assert "expired" in (await ask(client, token)).json()["errors"][0]["message"]


async def test_a_token_without_a_key_id_is_checked_with_the_only_key(
    make_client: MakeClient, jwks: Path, key: Key
) -> None:
    assert (await ask(make_client(jwks=str(jwks)), key.sign(kid=None))).json() == {"data": {"who": "u1"}}


async def test_an_unknown_key_makes_the_jwks_be_read_again(
    make_client: MakeClient, jwks: Path, key: Key
) -> None:
    client = make_client(jwks=str(jwks), jwks_cooldown=0)
    assert (await ask(client, key.sign())).status_code == 200
    rotated = Key("two")
    assert (await ask(client, rotated.sign())).status_code == 401
    write(jwks, key, rotated)
    assert (await ask(client, rotated.sign())).json() == {"data": {"who": "u1"}}


class Issuer:
    """Serves a JWKS over HTTP and counts."""

    def __init__(self, *keys: Key) -> None:
        self.keys = keys
        self.asked = 0
        self.broken = False

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        if self.broken:
            return Response("down", 500)
        return JSONResponse({"keys": [{"kty": "new"}, *(key.public_jwk() for key in self.keys)]})


@pytest.fixture
async def issuer(key: Key) -> AsyncIterator[tuple[Issuer, str]]:
    issuer = Issuer(key)
    async with running_app(Starlette(routes=[Route("/jwks.json", issuer.answer)])) as port:
        yield issuer, f"http://127.0.0.1:{port}/jwks.json"


async def test_a_jwks_by_url_is_asked_once_and_not_for_every_made_up_key(
    make_client: MakeClient, issuer: tuple[Issuer, str], key: Key
) -> None:
    server, url = issuer
    client = make_client(jwks=url)
    for _ in range(3):
        assert (await ask(client, key.sign(jti=str(_)))).status_code == 200
    for number in range(5):
        assert (await ask(client, key.sign(kid=f"made-up-{number}"))).status_code == 401
    assert server.asked == 1


async def test_keys_stay_while_the_issuer_is_down(
    make_client: MakeClient, issuer: tuple[Issuer, str], key: Key
) -> None:
    server, url = issuer
    client = make_client(jwks=url, jwks_refresh=0.000001, jwks_cooldown=0)
    assert (await ask(client, key.sign())).status_code == 200
    server.broken = True
    assert (await ask(client, key.sign(jti="2"))).status_code == 200
    assert server.asked == 2


async def test_without_any_keys_the_answer_is_503_not_401(
    make_client: MakeClient, issuer: tuple[Issuer, str], key: Key
) -> None:
    server, url = issuer
    server.broken = True
    client = make_client(jwks=url, jwks_cooldown=0)
    response = await ask(client, key.sign())
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "AUTHENTICATION_UNAVAILABLE"
    server.broken = False
    assert (await ask(client, key.sign())).status_code == 200


async def test_a_jwks_that_cannot_be_read_is_warned_of_once_until_it_can(
    issuer: tuple[Issuer, str], caplog: pytest.LogCaptureFixture
) -> None:
    server, url = issuer
    server.broken = True
    keys = KeySet(url, refresh_after=600, cooldown=0)
    caplog.set_level(logging.INFO, "router")
    for _ in range(3):
        with pytest.raises(RequestError):
            await keys.find("one")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert url in str(vars(caplog.records[0])["location"])
    server.broken = False
    await asyncio.wait_for(keys.fetch_first(), 5)
    assert [record.getMessage() for record in caplog.records[1:]] == ["The JWKS can be read"]
    assert keys.count == 1


async def test_a_socket_identifies_by_its_init_payload(serve: Serve, jwks: Path, key: Key) -> None:
    async with serve(jwks=str(jwks)) as server, socket(server) as client:
        await say(client, type="connection_init", payload={"Authorization": f"Bearer {key.sign()}"})
        assert await hear(client) == {"type": "connection_ack"}
        await subscribe(client, "1", "{ who }")
        assert (await hear(client))["payload"] == {"data": {"who": "u1"}}


async def test_a_socket_with_a_bad_token_is_closed_with_4403(serve: Serve, jwks: Path) -> None:
    async with serve(jwks=str(jwks)) as server, socket(server) as client:
        await say(client, type="connection_init", payload={"headers": {"authorization": "Bearer x"}})
        code, reason = await closed(client)
    assert code == 4403
    assert reason.startswith("UNAUTHENTICATED")
