"""Admins change others' roles and deactivate them; riders' approvals change roles by events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from subgraphs.common.auth import Role
from subgraphs.common.database import Shards
from subgraphs.common.events import Event
from subgraphs.common.ids import new_id
from subgraphs.common.models import OutboxRow
from subgraphs.common.process import connect
from subgraphs.users.consumer import EventHandler
from subgraphs.users.models import UserRow
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import (
    LOGIN,
    PASSWORD,
    Account,
    log_in,
    new_phone,
    register,
    register_as,
    stranger,
)
from tests.subgraphs.users.test_staff import INVITE
from tests.subgraphs.users.test_tokens import REFRESH

SET_ROLE = "mutation($id: ID!, $role: Role!) { setRole(userId: $id, role: $role) { %s } }"
DEACTIVATE = "mutation($id: ID!) { deactivateUser(userId: $id) { %s } }"
REACTIVATE = "mutation($id: ID!) { reactivateUser(userId: $id) { %s } }"
ACCOUNT = "user { id role deactivatedAt } errors { code }"


async def _codes(users: GraphClient, by: Account, document: str, id: str, **more: Any) -> list[str]:
    reply = await users.send(document % ACCOUNT, by.token, id=id, **more)
    [payload] = reply.data.values()
    return [error["code"] for error in payload["errors"]]


async def _role(users: GraphClient, account: Account) -> str:
    return str((await users.send("{ me { role } }", account.token)).data["me"]["role"])


async def test_an_admin_makes_another_and_takes_it_back(users: GraphClient) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    for role in ("ADMIN", "ADMIN", "CUSTOMER", "CUSTOMER"):
        assert await _codes(users, admin, SET_ROLE, account.id, role=role) == []
        assert await _role(users, account) == role


async def test_an_admin_who_is_staff_besides_is_staff_when_he_is_no_admin(users: GraphClient) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    input = {"vendorId": str(new_id()), "phone": account.phone, "name": "A"}
    await users.send(INVITE, admin.token, input=input)
    for role in ("ADMIN", "CUSTOMER"):
        assert await _codes(users, admin, SET_ROLE, account.id, role=role) == []
    assert await _role(users, account) == "VENDOR_STAFF"


@pytest.mark.parametrize("role", ["RIDER", "VENDOR_STAFF"])
async def test_roles_with_a_way_of_their_own_cannot_be_set(users: GraphClient, role: str) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    assert await _codes(users, admin, SET_ROLE, account.id, role=role) == ["BAD_USER_INPUT"]


async def test_who_is_deactivated_is_logged_out_and_kept_out_until_he_is_reactivated(
    users: GraphClient,
) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    for _ in range(2):
        assert await _codes(users, admin, DEACTIVATE, account.id) == []
    refreshed = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    assert refreshed["errors"] == [{"code": "BAD_CREDENTIALS"}]
    for password, code in ((PASSWORD, "ACCOUNT_DEACTIVATED"), ("wrong password", "BAD_CREDENTIALS")):
        login = (await users.send(LOGIN, phone=account.phone, password=password)).data["login"]
        assert [error["code"] for error in login["errors"]] == [code]
    assert await _codes(users, admin, REACTIVATE, account.id) == []
    await log_in(users, account)


async def test_a_deactivation_is_told_once(users: GraphClient) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    for _ in range(2):
        await _codes(users, admin, DEACTIVATE, account.id)
    shards: Shards = users.app.state.resources.shards.of("main")
    query = select(OutboxRow.topic).where(OutboxRow.key == UUID(account.id)).order_by(OutboxRow.seq)
    rows = await shards.fetch(shards.map.shard_of(UUID(account.id)), query, "test")
    assert [row.topic for row in rows] == ["user.saved", "user.deactivated"]


async def test_a_login_that_slipped_past_the_deactivation_ends_at_its_refresh(users: GraphClient) -> None:
    account = await register(users)
    await _set(users, account, deactivated_at=datetime.now(UTC))
    refreshed = (await users.send(REFRESH, t=account.refresh)).data["refresh"]
    assert refreshed["errors"] == [{"code": "ACCOUNT_DEACTIVATED"}]


async def test_only_admins_of_the_same_marketplace_may_do_this(users: GraphClient) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    tries = [(SET_ROLE, {"role": "ADMIN"}), (DEACTIVATE, {}), (REACTIVATE, {})]
    for document, more in tries:
        assert await _codes(users, admin, document, account.id, **more) == []
    for who, code in (
        (await register(users), "FORBIDDEN"),
        (await register_as(users, Role.RIDER), "FORBIDDEN"),
        (await register_as(users, Role.VENDOR_STAFF), "FORBIDDEN"),
        (stranger(users, Role.ADMIN), "NOT_FOUND"),
        (Account("", "", "", ""), "UNAUTHENTICATED"),
    ):
        for document, more in tries:
            assert await _codes(users, who, document, account.id, **more) == [code]


async def test_nobody_does_it_to_himself_and_an_admin_not_to_an_operator(users: GraphClient) -> None:
    admin, operator = await register_as(users, Role.ADMIN), await register_as(users, Role.ADMIN)
    await _set(users, operator, is_operator=True)
    operator = await log_in(users, operator)
    assert await _codes(users, admin, DEACTIVATE, admin.id) == ["FORBIDDEN"]
    assert await _codes(users, admin, DEACTIVATE, operator.id) == ["FORBIDDEN"]
    assert await _codes(users, operator, DEACTIVATE, admin.id) == []


async def test_who_may_not_list_users_loses_nothing_else_of_his_answer(users: GraphClient) -> None:
    account = await register(users)
    reply = await users.send("{ me { id } users { edges { cursor } } }", account.token)
    assert reply.data == {"me": {"id": account.id}, "users": None}
    assert reply.codes == ["FORBIDDEN"]


@pytest.fixture
async def handler(settings: UsersSettings) -> AsyncIterator[EventHandler]:
    async with connect(settings) as connections:
        yield EventHandler(connections.shards)


async def test_a_role_follows_the_riders_approval_and_suspension(
    users: GraphClient, handler: EventHandler
) -> None:
    account = await register(users)
    approved, suspended = _event("rider.approved", account), _event("rider.suspended", account)
    await handler.handle([approved])
    assert await _role(users, account) == "RIDER"
    await handler.handle([suspended, approved])  # the old approval comes once more
    assert await _role(users, account) == "CUSTOMER"


async def test_an_approval_takes_nobodys_rights_away_and_crosses_no_marketplace(
    users: GraphClient, handler: EventHandler
) -> None:
    admin, account = await register_as(users, Role.ADMIN), await register(users)
    events = [
        _event("rider.approved", admin),
        _event("rider.suspended", admin),
        _event("rider.approved", account, tenant="elsewhere"),
        _event("rider.approved", Account(str(new_id()), new_phone(), "", "")),
        _event("rider.status", account),
    ]
    await handler.handle(events)
    assert [await _role(users, each) for each in (admin, account)] == ["ADMIN", "CUSTOMER"]


def _event(topic: str, account: Account, tenant: str = "main") -> Event:
    rider = new_id()
    payload = {"riderId": str(rider), "userId": account.id}
    return Event(new_id(), topic, rider, tenant, payload, datetime.now(UTC))


async def _set(users: GraphClient, account: Account, **values: object) -> None:
    shards: Shards = users.app.state.resources.shards.of("main")
    async with shards.transaction(UUID(account.id)) as session:
        await session.execute(update(UserRow).where(UserRow.id == UUID(account.id)).values(values))
