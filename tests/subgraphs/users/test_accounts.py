"""Accounts through the real app: who may see what, and how many statements it takes."""

from __future__ import annotations

import httpx
import jwt

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import register, register_as


async def test_who_registers_is_logged_in(users: GraphClient) -> None:
    account = await register(users, "Zoë Müller")
    reply = await users.send("{ me { id name phone role region addresses { id } } }", account.token)
    assert reply.errors == []
    assert reply.data["me"] == {
        "id": account.id,
        "name": "Zoë Müller",
        "phone": account.phone,
        "role": "CUSTOMER",
        "region": "middle-east",
        "addresses": [],
    }


async def test_me_without_a_token_is_unauthenticated(users: GraphClient) -> None:
    reply = await users.send("{ me { id } }")
    assert (reply.data, reply.codes) == ({"me": None}, ["UNAUTHENTICATED"])


async def test_the_access_token_verifies_against_the_published_keys(users: GraphClient) -> None:
    account = await register(users)
    keys = jwt.PyJWKSet.from_dict((await users.http.get("/.well-known/jwks.json")).json())
    key = keys[jwt.get_unverified_header(account.token)["kid"]]
    claims = jwt.decode(account.token, key, algorithms=["EdDSA"], audience="waybill", issuer="waybill")
    assert (claims["sub"], claims["role"], claims["tenant"]) == (account.id, "CUSTOMER", "main")
    assert claims["exp"] - claims["iat"] == 15 * 60


async def test_another_users_name_is_public_but_not_his_phone(users: GraphClient) -> None:
    one, other = await register(users), await register(users, "Béatrice")
    reply = await users.send("query($id: ID!) { user(id: $id) { name phone } }", one.token, id=other.id)
    assert reply.data["user"] == {"name": "Béatrice", "phone": None}
    assert reply.codes == ["FORBIDDEN"]


async def test_only_admins_list_users(users: GraphClient) -> None:
    customer, admin = await register(users), await register_as(users, Role.ADMIN)
    query = "{ users(first: 1) { edges { node { id phone } } } }"
    assert (await users.send(query, customer.token)).codes == ["FORBIDDEN"]
    assert (await users.send(query)).codes == ["UNAUTHENTICATED"]
    assert (await users.send(query, admin.token)).errors == []


async def test_pages_of_users_follow_each_other_newest_first(users: GraphClient) -> None:
    admin = await register_as(users, Role.ADMIN)
    made = [(await register(users)).id for _ in range(5)]
    query = """query($after: String) { users(first: 2, filter: {role: CUSTOMER}, after: $after) {
        edges { node { id } } pageInfo { endCursor hasNextPage hasPreviousPage } } }"""
    seen: list[str] = []
    after = None
    for _ in range(3):
        reply = await users.send(query, admin.token, after=after)
        assert set(reply.most.values()) == {1}
        seen += [edge["node"]["id"] for edge in reply.data["users"]["edges"]]
        after = reply.data["users"]["pageInfo"]["endCursor"]
    assert sorted(seen[:5]) == sorted(made)
    assert seen == sorted(seen, reverse=True)


async def test_a_page_out_of_bounds_or_a_foreign_cursor_is_refused(users: GraphClient) -> None:
    admin = await register_as(users, Role.ADMIN)
    for arguments in ("first: 0", "first: 101", 'after: "nonsense"'):
        reply = await users.send(f"{{ users({arguments}) {{ edges {{ cursor }} }} }}", admin.token)
        assert reply.codes == ["BAD_USER_INPUT"], arguments


async def test_fifty_entities_take_one_statement_a_shard(users: GraphClient) -> None:
    accounts = [await register(users, f"User {n}") for n in range(4)]
    ids = [account.id for account in accounts] * 12
    reply = await users.entities(
        "... on User { name addresses { id } }",
        [{"__typename": "User", "id": id} for id in ids],
        accounts[0].token,
    )
    assert [entity["name"] for entity in reply.data["_entities"]] == [f"User {n}" for n in range(4)] * 12
    assert reply.most["UserById"] == 1


async def test_bad_entities_fail_alone(users: GraphClient) -> None:
    account = await register(users)
    reply = await users.entities(
        "... on User { id }",
        [
            {"__typename": "User", "id": account.id},
            {"__typename": "User", "id": "nonsense"},
            {"__typename": "Unknown", "id": account.id},
            {"__typename": "User", "id": str(new_id())},
            {"__typename": "User", "wrong": 1},
        ],
        account.token,
    )
    assert reply.data["_entities"] == [{"id": account.id}, None, None, None, None]
    assert reply.codes == ["BAD_USER_INPUT"] * 3


async def test_two_aliased_entity_fields_may_share_their_variable(users: GraphClient) -> None:
    account = await register(users)
    query = """query($r: [_Any!]!) { a: _entities(representations: $r) { ... on User { id } }
        b: _entities(representations: $r) { ... on User { name } } }"""
    reply = await users.send(query, account.token, r=[{"__typename": "User", "id": account.id}])
    assert reply.data == {"a": [{"id": account.id}], "b": [{"name": "Ahmed"}]}


async def test_health_and_metrics_answer(users: GraphClient) -> None:
    async def status(path: str) -> int:
        response: httpx.Response = await users.http.get(path)
        return response.status_code

    await register(users)
    assert [await status(path) for path in ("/health/live", "/health/ready", "/metrics")] == [200] * 3
    assert "waybill_sql_statements_total" in (await users.http.get("/metrics")).text
