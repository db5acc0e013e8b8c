"""Logins as their user sees them, and ending them."""

from __future__ import annotations

from typing import Any

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import PASSWORD, Account, log_in, register, register_as
from tests.subgraphs.users.test_tokens import REFRESH

SESSIONS = "{ me { sessions { id device current createdAt refreshedAt } } }"
DEVICE_LOGIN = """mutation($phone: String!, $device: String) {
    login(phone: $phone, password: "%s", device: $device) { accessToken errors { code field } } }"""
END = "mutation($id: ID!) { endSession(id: $id) { errors { code } } }"
EVERYWHERE = "mutation { logoutEverywhere { errors { code } } }"


async def _sessions(users: GraphClient, token: str) -> list[dict[str, Any]]:
    reply = await users.send(SESSIONS, token)
    assert reply.errors == []
    sessions: list[dict[str, Any]] = reply.data["me"]["sessions"]
    return sessions


async def _refresh(users: GraphClient, account: Account) -> list[str]:
    payload = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    return [error["code"] for error in payload["errors"]]


async def test_a_user_sees_his_logins_by_device_and_which_one_this_is(users: GraphClient) -> None:
    account = await register(users)
    login = await users.send(DEVICE_LOGIN % PASSWORD, phone=account.phone, device="Pixel 9")
    sessions = await _sessions(users, login.data["login"]["accessToken"])
    assert [(each["device"], each["current"]) for each in sessions] == [("Pixel 9", True), (None, False)]
    assert [each["current"] for each in await _sessions(users, account.token)] == [False, True]


async def test_a_refresh_keeps_the_login_and_notes_when_it_was(users: GraphClient) -> None:
    account = await register(users)
    [before] = await _sessions(users, account.token)
    payload = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    [after] = await _sessions(users, payload["accessToken"])
    assert (after["id"], after["current"]) == (before["id"], True)
    assert after["refreshedAt"] > before["refreshedAt"]


async def test_an_ended_login_is_gone_and_the_others_go_on(users: GraphClient) -> None:
    account = await register(users)
    other = await log_in(users, account)
    [id] = [each["id"] for each in await _sessions(users, other.token) if not each["current"]]
    for _ in range(2):
        assert (await users.send(END, other.token, id=id)).data["endSession"]["errors"] == []
    assert [each["current"] for each in await _sessions(users, other.token)] == [True]
    assert await _refresh(users, account) == ["BAD_CREDENTIALS"]
    assert await _refresh(users, other) == []


async def test_nobody_ends_another_users_login(users: GraphClient) -> None:
    account, other = await register(users), await register(users)
    [session] = await _sessions(users, account.token)
    assert (await users.send(END, other.token, id=session["id"])).data["endSession"]["errors"] == []
    assert (await users.send(END, id=session["id"])).data["endSession"]["errors"] == [
        {"code": "UNAUTHENTICATED"}
    ]
    assert await _refresh(users, account) == []


async def test_logging_out_everywhere_ends_all_logins(users: GraphClient) -> None:
    account = await register(users)
    other = await log_in(users, account)
    assert (await users.send(EVERYWHERE, other.token)).data["logoutEverywhere"]["errors"] == []
    assert await _sessions(users, other.token) == []
    assert [await _refresh(users, each) for each in (account, other)] == [["BAD_CREDENTIALS"]] * 2
    assert (await users.send(EVERYWHERE)).data["logoutEverywhere"]["errors"] == [{"code": "UNAUTHENTICATED"}]


async def test_only_the_user_and_admins_see_logins(users: GraphClient) -> None:
    account, other, admin = await register(users), await register(users), await register_as(users, Role.ADMIN)
    query = "query($id: ID!) { user(id: $id) { name sessions { current } vendors { edges { cursor } } } }"
    seen = await users.send(query, admin.token, id=account.id)
    assert seen.data["user"]["sessions"] == [{"current": False}]
    reply = await users.send(query, other.token, id=account.id)
    assert reply.data["user"] == {"name": "Ahmed", "sessions": None, "vendors": None}
    assert reply.codes == ["FORBIDDEN"] * 2


async def test_a_device_that_cannot_be_kept_is_refused(users: GraphClient) -> None:
    account = await register(users)
    reply = await users.send(DEVICE_LOGIN % PASSWORD, phone=account.phone, device="x" * 321)
    assert reply.data["login"]["errors"] == [{"code": "BAD_USER_INPUT", "field": "device"}]


async def test_fifty_users_logins_and_vendors_take_one_statement_a_shard(users: GraphClient) -> None:
    admin = await register_as(users, Role.ADMIN)
    ids = [(await register(users)).id for _ in range(4)] + [str(new_id()) for _ in range(8)]
    reply = await users.entities(
        "... on User { sessions { id } vendors { edges { cursor } } }",
        [{"__typename": "User", "id": id} for id in ids * 4],
        admin.token,
    )
    assert (reply.most["SessionsByUserId"], reply.most["StaffByUserId"]) == (1, 1)
