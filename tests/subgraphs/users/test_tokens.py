"""Tokens that are not good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from subgraphs.users.settings import UsersSettings
from subgraphs.users.signing import load_signing_key
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import LOGIN, PASSWORD, register

REFRESH = "mutation($t: String!) { refresh(refreshToken: $t) { accessToken refreshToken errors { code } } }"
LOGOUT = "mutation($t: String!) { logout(refreshToken: $t) { errors { code } } }"


def _token(settings: UsersSettings, **changes: object) -> str:
    key = load_signing_key(settings.signing_key_file)
    claims: dict[str, object] = {
        "iss": "waybill",
        "aud": "waybill",
        "sub": "0199f0a0-0000-8000-8000-000000000000",
        "role": "ADMIN",
        "tenant": "main",
        "exp": datetime.now(UTC) + timedelta(minutes=1),
    }
    kept = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(kept, key.private, algorithm="EdDSA", headers={"kid": key.kid})


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"iss": "somebody"},
        {"aud": "something"},
        {"sub": "nobody"},
        {"role": "KING"},
        {"tenant": None},
    ],
)
async def test_a_token_with_wrong_claims_is_refused(
    users: GraphClient, settings: UsersSettings, changes: dict[str, object]
) -> None:
    reply = await users.send("{ __typename }", _token(settings, **changes))
    assert (reply.data, reply.codes) == (None, ["UNAUTHENTICATED"])


async def test_the_same_token_with_right_claims_is_accepted(
    users: GraphClient, settings: UsersSettings
) -> None:
    assert (await users.send("{ __typename }", _token(settings))).errors == []


@pytest.mark.parametrize(("ahead", "codes"), [(8, []), (60, ["UNAUTHENTICATED"])])
async def test_an_issuer_whose_clock_is_a_little_ahead_is_believed(
    users: GraphClient, settings: UsersSettings, ahead: int, codes: list[str]
) -> None:
    issued = datetime.now(UTC) + timedelta(seconds=ahead)
    token = _token(settings, iat=issued, exp=issued + timedelta(minutes=5))
    assert (await users.send("{ __typename }", token)).codes == codes


@pytest.mark.parametrize(("ago", "codes"), [(2, []), (60, ["UNAUTHENTICATED"])])
async def test_and_one_whose_clock_is_a_little_behind(
    users: GraphClient, settings: UsersSettings, ago: int, codes: list[str]
) -> None:
    token = _token(settings, exp=datetime.now(UTC) - timedelta(seconds=ago))
    for _ in range(2):  # the second time it is remembered
        assert (await users.send("{ __typename }", token)).codes == codes


async def test_a_token_of_another_key_is_refused(users: GraphClient, settings: UsersSettings) -> None:
    kid = load_signing_key(settings.signing_key_file).kid
    claims = jwt.decode(_token(settings), options={"verify_signature": False})
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": kid})
    assert (await users.send("{ __typename }", forged)).codes == ["UNAUTHENTICATED"]


async def test_an_unsigned_token_is_refused(users: GraphClient, settings: UsersSettings) -> None:
    kid = load_signing_key(settings.signing_key_file).kid
    claims = jwt.decode(_token(settings), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
    assert (await users.send("{ __typename }", unsigned)).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("header", ["Bearer", "Basic abc", "Bearer a.b", "Bearer a.b.c"])
async def test_a_header_that_holds_no_token_is_refused(users: GraphClient, header: str) -> None:
    response = await users.http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"authorization": header}
    )
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_login(users: GraphClient) -> None:
    account = await register(users)
    first = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    assert first["errors"] == []
    stolen = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    assert stolen == {"accessToken": None, "refreshToken": None, "errors": [{"code": "TOKEN_REUSED"}]}
    heir = (await users.send(REFRESH, t=first["refreshToken"])).data["refresh"]
    assert heir["errors"] == [{"code": "BAD_CREDENTIALS"}]


async def test_reuse_ends_only_that_login(users: GraphClient) -> None:
    account = await register(users)
    other = (await users.send(LOGIN, phone=account.phone, password=PASSWORD)).data["login"]
    for _ in range(2):
        await users.send(REFRESH, t=account.refresh)
    assert (await users.send(REFRESH, t=other["refreshToken"])).data["refresh"]["errors"] == []


async def test_after_logout_the_refresh_token_is_dead(users: GraphClient) -> None:
    account = await register(users)
    for _ in range(2):
        assert (await users.send(LOGOUT, t=account.refresh)).data["logout"]["errors"] == []
    reply = await users.send(REFRESH, t=account.refresh)
    assert reply.data["refresh"]["errors"] == [{"code": "BAD_CREDENTIALS"}]


@pytest.mark.parametrize("token", ["", "x", "AAAA", "A" * 86 + "=="])
async def test_what_is_no_refresh_token_is_refused(users: GraphClient, token: str) -> None:
    assert (await users.send(REFRESH, t=token)).data["refresh"]["errors"] == [{"code": "BAD_CREDENTIALS"}]
