"""Marketplaces through the real app: made by operators, entered by their own people alone."""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError
from subgraphs.users.first_admin import First, make_first_admin
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
from tests.subgraphs.users.test_staff import ACCEPT

CREATE = """mutation($input: CreateTenantInput!) { createTenant(input: $input) {
    tenant { id name region currency status hosts } adminCode errors { code field } } }"""
UPDATE = """mutation($input: UpdateTenantInput!) { updateTenant(input: $input) {
    tenant { id name region currency status hosts } errors { code field } } }"""


def _tenant(**more: Any) -> dict[str, Any]:
    place = {"name": "North", "region": "north-africa", "currency": "EGP"}
    return {"id": f"north-{token_hex(4)}", **place, "hosts": [], **more}


def _wanted(tenant: dict[str, Any]) -> dict[str, Any]:
    return {**tenant, "adminPhone": new_phone(), "adminName": "Nadia"}


async def _operator(users: GraphClient) -> Account:
    account = await register_as(users, Role.ADMIN)
    shards = users.app.state.resources.shards.of("main")
    async with shards.transaction(UUID(account.id)) as session:
        statement = update(UserRow).where(UserRow.id == UUID(account.id)).values(is_operator=True)
        await session.execute(statement)
    return await log_in(users, account)


async def _in(users: GraphClient, tenant: str, query: str, **variables: Any) -> Any:
    await users.app.state.tenants.look()  # else a process asks for new names once a second
    response = await users.http.post(
        "/graphql", json={"query": query, "variables": variables}, headers={"waybill-tenant": tenant}
    )
    return response.json()["data"]


async def test_a_new_marketplaces_admin_enters_it_by_his_code_and_rules_there_alone(
    users: GraphClient,
) -> None:
    operator, tenant = await _operator(users), _tenant()
    wanted = _wanted(tenant)
    payload = (await users.send(CREATE, operator.token, input=wanted)).data["createTenant"]
    assert (payload["errors"], payload["tenant"]) == ([], {**tenant, "status": "ACTIVE"})
    given = {"code": payload["adminCode"], "password": PASSWORD}
    accepted = (await _in(users, tenant["id"], ACCEPT, **given))["acceptInvitation"]
    assert (accepted["errors"], accepted["user"]["role"]) == ([], "ADMIN")
    token = accepted["accessToken"]
    listed = await users.send("{ users { edges { node { phone } } } tenant { id } }", token)
    assert [edge["node"]["phone"] for edge in listed.data["users"]["edges"]] == [wanted["adminPhone"]]
    assert listed.data["tenant"] == {"id": tenant["id"]}
    refused = await users.send(CREATE, token, input=_wanted(_tenant()))
    assert refused.data["createTenant"]["errors"] == [{"code": "FORBIDDEN", "field": None}]


async def test_a_login_is_to_the_marketplace_that_is_named(users: GraphClient) -> None:
    operator, tenant = await _operator(users), _tenant()
    wanted = _wanted(tenant)
    code = (await users.send(CREATE, operator.token, input=wanted)).data["createTenant"]["adminCode"]
    await _in(users, tenant["id"], ACCEPT, code=code, password=PASSWORD)
    given = {"phone": wanted["adminPhone"], "password": PASSWORD}
    assert (await _in(users, tenant["id"], LOGIN, **given))["login"]["errors"] == []
    refused = (await users.send(LOGIN, **given)).data["login"]
    assert [error["code"] for error in refused["errors"]] == ["BAD_CREDENTIALS"]


async def test_a_marketplace_that_is_made_twice_is_one(users: GraphClient) -> None:
    operator, wanted = await _operator(users), _wanted(_tenant())
    one, other = [
        (await users.send(CREATE, operator.token, input=wanted)).data["createTenant"] for _ in range(2)
    ]
    assert (one["errors"], other["errors"], one["tenant"]) == ([], [], other["tenant"])
    different = {**wanted, "currency": "EUR"}
    reply = await users.send(CREATE, operator.token, input=different)
    assert reply.data["createTenant"]["errors"] == [{"code": "CONFLICT", "field": "id"}]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "North!"}, "id"),
        ({"currency": "euro"}, "currency"),
        ({"name": " "}, "name"),
        ({"region": ""}, "region"),
        ({"hosts": ["a b"]}, "hosts"),
        ({"adminName": " "}, "name"),
    ],
)
async def test_what_is_no_marketplace_is_refused(
    users: GraphClient, wrong: dict[str, Any], field: str
) -> None:
    operator = await _operator(users)
    reply = await users.send(CREATE, operator.token, input={**_wanted(_tenant()), **wrong})
    assert reply.data["createTenant"]["errors"] == [{"code": "BAD_USER_INPUT", "field": field}]


async def test_operators_change_close_and_open_marketplaces(users: GraphClient) -> None:
    operator, tenant = await _operator(users), _tenant()
    await users.send(CREATE, operator.token, input=_wanted(tenant))
    host = f"{tenant['id']}.example"
    for change, seen in (
        ({"hosts": [f"{host.upper()}:8080"]}, {"hosts": [host]}),
        ({"name": "South", "status": "CLOSED"}, {"hosts": [host], "name": "South", "status": "CLOSED"}),
        ({"status": "ACTIVE", "hosts": None}, {"name": "South", "status": "ACTIVE"}),
    ):
        reply = await users.send(UPDATE, operator.token, input={"id": tenant["id"], **change})
        expected = {**tenant, "status": "ACTIVE", **seen}
        assert reply.data["updateTenant"] == {"tenant": expected, "errors": []}


async def test_a_host_is_one_marketplaces_only(users: GraphClient) -> None:
    operator, host = await _operator(users), f"{token_hex(4)}.example"
    one, other = _tenant(hosts=[host]), _tenant()
    for tenant in (one, other):
        await users.send(CREATE, operator.token, input=_wanted(tenant))
    reply = await users.send(UPDATE, operator.token, input={"id": other["id"], "hosts": [host]})
    assert reply.data["updateTenant"]["errors"] == [{"code": "CONFLICT", "field": "hosts"}]


async def test_only_operators_rule_and_list_marketplaces(users: GraphClient) -> None:
    operator, tenant = await _operator(users), _tenant()
    await users.send(CREATE, operator.token, input=_wanted(tenant))
    listing = "{ me { id } tenants { edges { node { id } } } }"
    found = (await users.send(listing, operator.token)).data["tenants"]["edges"]
    assert found != []
    for who in (
        await register(users),
        await register_as(users, Role.ADMIN),
        await register_as(users, Role.RIDER),
        stranger(users, Role.ADMIN),
    ):
        reply = await users.send(UPDATE, who.token, input={"id": tenant["id"], "name": "Mine"})
        assert [error["code"] for error in reply.data["updateTenant"]["errors"]] == ["FORBIDDEN"]
        assert (await users.send(listing, who.token)).data["tenants"] is None
        query = "query($id: ID) { tenant(id: $id) { name } }"
        assert (await users.send(query, who.token, id=tenant["id"])).data == {"tenant": None}


async def test_tenants_as_entities_take_one_statement_and_show_what_is_allowed(users: GraphClient) -> None:
    operator, tenants = await _operator(users), [_tenant() for _ in range(2)]
    for tenant in tenants:
        await users.send(CREATE, operator.token, input=_wanted(tenant))
    keys = [{"__typename": "Tenant", "id": tenant["id"]} for tenant in tenants * 5]
    reply = await users.entities("... on Tenant { id }", keys, operator.token)
    assert [each["id"] for each in reply.data["_entities"]] == [each["id"] for each in tenants * 5]
    assert reply.most["tenant"] == 1
    refused = await users.entities("... on Tenant { id }", keys, (await register(users)).token)
    assert refused.data["_entities"] == [None] * 10


async def test_nobody_closes_the_marketplace_that_he_is_in(users: GraphClient) -> None:
    operator = await _operator(users)
    reply = await users.send(UPDATE, operator.token, input={"id": "main", "status": "CLOSED"})
    assert [error["code"] for error in reply.data["updateTenant"]["errors"]] == ["FORBIDDEN"]


async def test_the_first_admin_is_an_operator_and_making_him_again_sets_his_password(
    users: GraphClient, settings: UsersSettings
) -> None:
    phone = new_phone()
    for password, is_new in ((PASSWORD, True), ("battery staple 7", False)):
        first = First("main", "middle-east", "USD", phone, "Ada", password)
        assert await make_first_admin(first, settings) is is_new
        login = (await users.send(LOGIN, phone=phone, password=password)).data["login"]
        assert login["errors"] == []
    made = await users.send(CREATE, login["accessToken"], input=_wanted(_tenant()))
    assert made.data["createTenant"]["errors"] == []


async def test_a_customer_may_be_made_the_first_admin_and_stays_who_he_is(
    users: GraphClient, settings: UsersSettings
) -> None:
    account = await register(users)
    first = First("main", "middle-east", "USD", account.phone, "Ada", PASSWORD)
    assert await make_first_admin(first, settings) is False
    reply = await users.send("{ me { id name role } }", account.token)
    assert reply.data["me"] == {"id": account.id, "name": "Ahmed", "role": "ADMIN"}


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "12"}, {"name": " "}, {"password": "short"}, {"tenant": "No Name"}, {"currency": "x"}],
)
async def test_a_first_admin_that_cannot_be_is_refused(
    users: GraphClient, settings: UsersSettings, wrong: dict[str, str]
) -> None:
    given = {"tenant": "main", "region": "r", "currency": "USD", "phone": new_phone(), "name": "Ada"}
    with pytest.raises(CodedError):
        await make_first_admin(First(**{**given, "password": PASSWORD, **wrong}), settings)
