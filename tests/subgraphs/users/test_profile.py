"""What users change of their own accounts: absent is unchanged, null clears, secrets need the password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from subgraphs.common.database import Shards
from subgraphs.users.phone_claims import PhoneClaims
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import LOGIN, PASSWORD, Account, log_in, new_phone, register
from tests.subgraphs.users.test_tokens import REFRESH

UPDATE = """mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
    user { name email region } errors { code field } } }"""
PASSWORDS = """mutation($old: String!, $new: String!) {
    changePassword(oldPassword: $old, newPassword: $new) { user { id } errors { code field } } }"""
PHONE = """mutation($phone: String!, $password: String!) {
    changePhone(phone: $phone, password: $password) { user { phone } errors { code field } } }"""
NEW = "battery staple 7"


async def _update(users: GraphClient, account: Account, **input: Any) -> Any:
    return (await users.send(UPDATE, account.token, input=input)).data["updateProfile"]


async def _codes(users: GraphClient, field: str, document: str, token: str, **variables: Any) -> list[str]:
    payload = (await users.send(document, token, **variables)).data[field]
    return [error["code"] for error in payload["errors"]]


async def _login(users: GraphClient, phone: str, password: str) -> list[str]:
    return await _codes(users, "login", LOGIN, "", phone=phone, password=password)


async def test_a_profile_changes_by_what_is_given_and_null_clears(users: GraphClient) -> None:
    account = await register(users)
    whole = {"name": "Zoë", "email": "zoe@example.com", "region": "north-africa"}
    assert (await _update(users, account, **whole)) == {"user": whole, "errors": []}
    assert (await _update(users, account))["user"] == whole
    assert (await _update(users, account, email=None))["user"] == {**whole, "email": None}
    assert (await _update(users, account, name=" Z "))["user"] == {**whole, "email": None, "name": "Z"}


@pytest.mark.parametrize(
    "wrong",
    [{"name": None}, {"name": " "}, {"region": None}, {"region": ""}, {"email": "x" * 321}, {"name": "\0"}],
)
async def test_what_a_profile_cannot_keep_is_refused(users: GraphClient, wrong: dict[str, Any]) -> None:
    account = await register(users)
    [field] = wrong
    payload = await _update(users, account, **wrong)
    assert payload == {"user": None, "errors": [{"code": "BAD_USER_INPUT", "field": field}]}


async def test_a_new_password_ends_the_other_logins_and_keeps_this_one(users: GraphClient) -> None:
    account = await register(users)
    other = await log_in(users, account)
    assert await _codes(users, "changePassword", PASSWORDS, other.token, old=PASSWORD, new=NEW) == []
    assert [await _codes(users, "refresh", REFRESH, "", t=each.refresh) for each in (account, other)] == [
        ["BAD_CREDENTIALS"],
        [],
    ]
    assert [await _login(users, account.phone, each) for each in (PASSWORD, NEW)] == [["BAD_CREDENTIALS"], []]


async def test_a_password_changes_only_by_the_old_one_to_a_good_one(users: GraphClient) -> None:
    account = await register(users)
    for old, new, codes in (
        ("wrong password", NEW, ["BAD_CREDENTIALS"]),
        (PASSWORD, "short", ["WEAK_PASSWORD"]),
    ):
        assert await _codes(users, "changePassword", PASSWORDS, account.token, old=old, new=new) == codes
    assert await _login(users, account.phone, PASSWORD) == []


async def test_an_operation_tries_one_secret_once(users: GraphClient) -> None:
    account = await register(users)
    tries = " ".join(
        f'{name}: changePassword(oldPassword: "{name} guesses", newPassword: "{NEW}") {{ errors {{ code }} }}'
        for name in "ab"
    )
    reply = await users.send(f"mutation {{ {tries} }}", account.token)
    assert reply.data == {name: {"errors": [{"code": "TOO_MANY_ATTEMPTS"}]} for name in "ab"}


async def test_a_new_phone_is_the_login_and_the_old_one_is_free(users: GraphClient) -> None:
    account, phone = await register(users), new_phone()
    reply = await users.send(PHONE, account.token, phone=phone, password=PASSWORD)
    assert reply.data["changePhone"] == {"user": {"phone": phone}, "errors": []}
    assert [await _login(users, each, PASSWORD) for each in (phone, account.phone)] == [
        [],
        ["BAD_CREDENTIALS"],
    ]
    assert (await register(users, phone=account.phone)).id != account.id


async def test_a_phone_moves_only_by_the_password_and_to_a_free_number(users: GraphClient) -> None:
    account, other = await register(users), await register(users)
    for phone, password, code in (
        (new_phone(), "wrong password", "BAD_CREDENTIALS"),
        (other.phone, PASSWORD, "PHONE_TAKEN"),
        ("12345", PASSWORD, "INVALID_PHONE"),
    ):
        given = {"phone": phone, "password": password}
        assert await _codes(users, "changePhone", PHONE, account.token, **given) == [code]
    assert await _login(users, account.phone, PASSWORD) == []


async def test_a_number_whose_release_was_lost_opens_nothing_and_is_free_later(
    users: GraphClient, settings: UsersSettings
) -> None:
    account, phone = await register(users), new_phone()
    await users.send(PHONE, account.token, phone=phone, password=PASSWORD)
    shards: Shards = users.app.state.resources.shards.of("main")
    claims = PhoneClaims(shards, "main", 0)
    await claims.claim(account.phone, UUID(account.id))  # as if its process had died before the release
    assert await _login(users, account.phone, PASSWORD) == ["BAD_CREDENTIALS"]
    assert await claims.claim(account.phone, UUID((await register(users)).id)) is None


async def test_nobody_changes_anything_without_a_login(users: GraphClient) -> None:
    for field, document, given in (
        ("updateProfile", UPDATE, {"input": {"name": "X"}}),
        ("changePassword", PASSWORDS, {"old": PASSWORD, "new": NEW}),
        ("changePhone", PHONE, {"phone": new_phone(), "password": PASSWORD}),
    ):
        payload = (await users.send(document, **given)).data[field]
        assert [error["code"] for error in payload["errors"]] == ["UNAUTHENTICATED"]
