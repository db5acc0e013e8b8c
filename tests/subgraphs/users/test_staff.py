"""Staff through the real app: who may invite and remove whom, and what those then are."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
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

INVITE = """mutation($input: InviteStaffInput!) { inviteStaff(input: $input) {
    member { role user { id name role } vendor { id } } code errors { code field } } }"""
REMOVE = """mutation($v: ID!, $u: ID!) { removeStaff(vendorId: $v, userId: $u) { errors { code } } }"""
ACCEPT = """mutation($code: String!, $password: String!) {
    acceptInvitation(code: $code, password: $password) {
    user { id role vendors { edges { node { id } } } } accessToken errors { code field } } }"""
STAFF = "... on Vendor { id staff { edges { node { role user { id } } } } }"


async def _invite(
    users: GraphClient, by: Account, vendor: str, phone: str | None = None, **more: str
) -> dict[str, Any]:
    input = {"vendorId": vendor, "phone": phone or new_phone(), "name": "Omar", **more}
    reply = await users.send(INVITE, by.token, input=input)
    assert reply.errors == []
    payload: dict[str, Any] = reply.data["inviteStaff"]
    return payload


async def _codes(users: GraphClient, by: Account, vendor: str, phone: str | None = None) -> list[str]:
    return [error["code"] for error in (await _invite(users, by, vendor, phone))["errors"]]


async def _remove(users: GraphClient, by: Account, vendor: str, user: str) -> list[str]:
    reply = await users.send(REMOVE, by.token, v=vendor, u=user)
    return [error["code"] for error in reply.data["removeStaff"]["errors"]]


async def _staff(users: GraphClient, by: Account, vendor: str) -> Any:
    reply = await users.entities(STAFF, [{"__typename": "Vendor", "id": vendor}], by.token)
    [entity] = reply.data["_entities"]
    return entity["staff"] and {
        edge["node"]["user"]["id"]: edge["node"]["role"] for edge in entity["staff"]["edges"]
    }


async def _owner(users: GraphClient, admin: Account, vendor: str) -> Account:
    account = await register(users)
    assert (await _invite(users, admin, vendor, account.phone, role="OWNER"))["errors"] == []
    return await log_in(users, account)


async def test_who_has_an_account_is_staff_at_once_and_keeps_it(users: GraphClient) -> None:
    admin, customer, vendor = await register_as(users, Role.ADMIN), await register(users), str(new_id())
    payload = await _invite(users, admin, vendor, customer.phone)
    assert payload["code"] is None
    assert payload["member"] == {
        "role": "STAFF",
        "user": {"id": customer.id, "name": "Ahmed", "role": "VENDOR_STAFF"},
        "vendor": {"id": vendor},
    }
    again = await log_in(users, customer)
    claims = jwt.decode(again.token, options={"verify_signature": False})
    assert (claims["role"], claims["vendors"]) == ("VENDOR_STAFF", [vendor])
    reply = await users.send("{ me { vendors { edges { node { id } } } } }", again.token)
    assert reply.data["me"]["vendors"]["edges"] == [{"node": {"id": vendor}}]


async def test_who_has_none_sets_a_password_by_the_code_and_is_logged_in(users: GraphClient) -> None:
    admin, vendor, phone = await register_as(users, Role.ADMIN), str(new_id()), new_phone()
    code = (await _invite(users, admin, vendor, phone))["code"]
    refused = await users.send(LOGIN, phone=phone, password=PASSWORD)
    assert [error["code"] for error in refused.data["login"]["errors"]] == ["BAD_CREDENTIALS"]
    reply = await users.send(ACCEPT, code=code, password=PASSWORD)
    payload = reply.data["acceptInvitation"]
    assert (payload["errors"], payload["user"]["role"]) == ([], "VENDOR_STAFF")
    me = await users.send("{ me { phone vendors { edges { node { id } } } } }", payload["accessToken"])
    assert me.data["me"] == {"phone": phone, "vendors": {"edges": [{"node": {"id": vendor}}]}}
    assert (await users.send(LOGIN, phone=phone, password=PASSWORD)).data["login"]["errors"] == []


async def test_a_code_is_good_once_and_the_next_one_ends_it(users: GraphClient) -> None:
    admin, vendor, phone = await register_as(users, Role.ADMIN), str(new_id()), new_phone()
    first = (await _invite(users, admin, vendor, phone))["code"]
    second = (await _invite(users, admin, vendor, phone))["code"]
    for code, codes in ((first, ["BAD_CREDENTIALS"]), (second, []), (second, ["BAD_CREDENTIALS"])):
        payload = (await users.send(ACCEPT, code=code, password=PASSWORD)).data["acceptInvitation"]
        assert [error["code"] for error in payload["errors"]] == codes


@pytest.mark.parametrize("code", ["", "x", "AAAA", "A" * 54, "ä"])
async def test_what_is_no_code_is_refused(users: GraphClient, code: str) -> None:
    payload = (await users.send(ACCEPT, code=code, password=PASSWORD)).data["acceptInvitation"]
    assert payload["errors"] == [{"code": "BAD_CREDENTIALS", "field": "code"}]


async def test_a_refused_password_leaves_the_code_good(users: GraphClient) -> None:
    admin = await register_as(users, Role.ADMIN)
    code = (await _invite(users, admin, str(new_id())))["code"]
    for password, codes in (("short", ["WEAK_PASSWORD"]), (PASSWORD, [])):
        payload = (await users.send(ACCEPT, code=code, password=password)).data["acceptInvitation"]
        assert [error["code"] for error in payload["errors"]] == codes


async def test_owners_and_admins_invite_and_nobody_else(users: GraphClient) -> None:
    admin, vendor = await register_as(users, Role.ADMIN), str(new_id())
    owner = await _owner(users, admin, vendor)
    member = await register(users)
    assert await _codes(users, owner, vendor, member.phone) == []
    member = await log_in(users, member)
    for other in (member, await register(users), await register_as(users, Role.RIDER)):
        assert await _codes(users, other, vendor) == ["FORBIDDEN"]
    assert await _codes(users, owner, str(new_id())) == ["FORBIDDEN"]
    assert await _codes(users, Account("", "", "", ""), vendor) == ["UNAUTHENTICATED"]


async def test_an_owner_who_was_removed_rules_no_more_even_with_his_old_token(users: GraphClient) -> None:
    admin, vendor = await register_as(users, Role.ADMIN), str(new_id())
    owner = await _owner(users, admin, vendor)
    assert await _remove(users, admin, vendor, owner.id) == []
    assert await _codes(users, owner, vendor) == ["FORBIDDEN"]


async def test_who_is_removed_is_a_customer_again_when_no_vendor_is_left(users: GraphClient) -> None:
    admin, one, other = await register_as(users, Role.ADMIN), str(new_id()), str(new_id())
    owner = await _owner(users, admin, one)
    await _invite(users, admin, other, owner.phone)
    for vendor, role in ((one, "VENDOR_STAFF"), (other, "CUSTOMER"), (other, "CUSTOMER")):
        assert await _remove(users, admin, vendor, owner.id) == []
        reply = await users.send("{ me { role } }", owner.token)
        assert reply.data["me"]["role"] == role


async def test_everybody_may_leave_and_only_owners_remove_others(users: GraphClient) -> None:
    admin, vendor = await register_as(users, Role.ADMIN), str(new_id())
    owner, member = await _owner(users, admin, vendor), await register(users)
    await _invite(users, owner, vendor, member.phone)
    member = await log_in(users, member)
    assert await _remove(users, member, vendor, owner.id) == ["FORBIDDEN"]
    assert await _staff(users, owner, vendor) == {owner.id: "OWNER", member.id: "STAFF"}
    assert await _remove(users, member, vendor, member.id) == []
    assert await _staff(users, owner, vendor) == {owner.id: "OWNER"}


async def test_staff_and_admins_see_a_vendors_staff_and_a_refusal_is_null_alone(users: GraphClient) -> None:
    admin, vendor = await register_as(users, Role.ADMIN), str(new_id())
    owner = await _owner(users, admin, vendor)
    seen = {owner.id: "OWNER"}
    assert [await _staff(users, each, vendor) for each in (owner, admin)] == [seen, seen]
    other = await _owner(users, admin, str(new_id()))
    reply = await users.entities(STAFF, [{"__typename": "Vendor", "id": vendor}], other.token)
    assert reply.data["_entities"] == [{"id": vendor, "staff": None}]
    assert reply.codes == ["FORBIDDEN"]


async def test_pages_of_staff_follow_each_other_at_one_statement_a_shard(users: GraphClient) -> None:
    admin, vendors = await register_as(users, Role.ADMIN), [str(new_id()) for _ in range(2)]
    made = [await _owner(users, admin, vendor) for vendor in vendors * 3]
    page = "staff(first: 2, after: $after) { edges { node { user { id } } } pageInfo { endCursor } }"
    query = f"""query($r: [_Any!]!, $after: String) {{
        _entities(representations: $r) {{ ... on Vendor {{ {page} }} }} }}"""
    keys = [{"__typename": "Vendor", "id": vendor} for vendor in vendors]
    first = await users.send(query, admin.token, r=keys)
    assert (first.most["StaffByVendorId"], first.most["UserById"]) == (1, 1)
    found = []
    for key, each in zip(keys, first.data["_entities"], strict=True):
        after = each["staff"]["pageInfo"]["endCursor"]
        second = await users.send(query, admin.token, r=[key], after=after)
        edges = each["staff"]["edges"] + second.data["_entities"][0]["staff"]["edges"]
        found += [edge["node"]["user"]["id"] for edge in edges]
    assert sorted(found) == sorted(account.id for account in made)


async def test_a_vendor_who_invites_gets_no_code_to_what_another_vendor_gave(users: GraphClient) -> None:
    admin, one, other, phone = await register_as(users, Role.ADMIN), str(new_id()), str(new_id()), new_phone()
    await _invite(users, await _owner(users, admin, one), one, phone)
    payload = await _invite(users, await _owner(users, admin, other), other, phone)
    assert (payload["errors"], payload["code"]) == ([], None)
    assert (await _invite(users, admin, one, phone))["code"] is not None


async def test_another_marketplaces_admin_reaches_nobody_of_this_one(users: GraphClient) -> None:
    admin, vendor, phone = await register_as(users, Role.ADMIN), str(new_id()), new_phone()
    owner, foreign = await _owner(users, admin, vendor), stranger(users, Role.ADMIN)
    code = (await _invite(users, admin, vendor, phone))["code"]
    assert await _staff(users, foreign, vendor) == {}
    assert await _remove(users, foreign, vendor, owner.id) == ["NOT_FOUND"]
    assert await _staff(users, admin, vendor) != {}
    reply = await users.send(ACCEPT, foreign.token, code=code, password=PASSWORD)
    assert reply.data["acceptInvitation"]["errors"] == [{"code": "BAD_CREDENTIALS", "field": "code"}]
    assert (await users.send(ACCEPT, code=code, password=PASSWORD)).data["acceptInvitation"]["errors"] == []


async def test_an_invitation_without_a_role_leaves_a_member_what_he_is(users: GraphClient) -> None:
    admin, vendor = await register_as(users, Role.ADMIN), str(new_id())
    owner = await _owner(users, admin, vendor)
    assert (await _invite(users, admin, vendor, owner.phone))["member"]["role"] == "OWNER"
    assert (await _invite(users, admin, vendor, owner.phone, role="STAFF"))["member"]["role"] == "STAFF"


async def test_a_riders_role_stays_when_he_becomes_staff_and_stops(users: GraphClient) -> None:
    admin, rider, vendor = (
        await register_as(users, Role.ADMIN),
        await register_as(users, Role.RIDER),
        str(new_id()),
    )
    assert (await _invite(users, admin, vendor, rider.phone))["member"]["user"]["role"] == "RIDER"
    claims = jwt.decode((await log_in(users, rider)).token, options={"verify_signature": False})
    assert (claims["role"], claims["vendors"]) == ("RIDER", [vendor])
    await _remove(users, admin, vendor, rider.id)
    assert (await users.send("{ me { role } }", rider.token)).data["me"]["role"] == "RIDER"
