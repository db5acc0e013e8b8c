"""Saved addresses: made, changed and deleted by their user, one of them the default."""

from __future__ import annotations

from typing import Any

import pytest

from subgraphs.common.ids import new_id
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import Account, register

SAVE = """mutation($input: SaveAddressInput!) { saveAddress(input: $input) {
    address { id label street city lat lon isDefault } errors { code field } } }"""
DELETE = "mutation($id: ID!) { deleteAddress(id: $id) { errors { code } } }"
HOME = {"street": "Tahrir 1", "city": "Cairo", "lat": 30.0, "lon": 31.2}


async def _save(users: GraphClient, account: Account, **input: Any) -> Any:
    payload = (await users.send(SAVE, account.token, input=input)).data["saveAddress"]
    return payload["address"] or payload["errors"]


async def _defaults(users: GraphClient, account: Account) -> dict[str, bool]:
    reply = await users.send("{ me { addresses { id isDefault } } }", account.token)
    return {each["id"]: each["isDefault"] for each in reply.data["me"]["addresses"]}


async def test_the_first_address_is_the_default_until_another_is_made_it(users: GraphClient) -> None:
    account = await register(users)
    home = await _save(users, account, **HOME, label="Home")
    assert home == {**HOME, "id": home["id"], "label": "Home", "isDefault": True}
    work = await _save(users, account, **HOME)
    assert (work["label"], work["isDefault"]) == ("", False)
    assert (await _save(users, account, id=work["id"], isDefault=True))["isDefault"]
    assert await _defaults(users, account) == {home["id"]: False, work["id"]: True}


async def test_an_address_changes_by_what_is_given_and_null_clears(users: GraphClient) -> None:
    account = await register(users)
    home = await _save(users, account, **HOME, label="Home")
    assert await _save(users, account, id=home["id"]) == home
    assert await _save(users, account, id=home["id"], lat=29.5) == {**home, "lat": 29.5}
    assert await _save(users, account, id=home["id"], label=None) == {**home, "lat": 29.5, "label": ""}


async def test_an_address_that_is_sent_twice_is_one(users: GraphClient) -> None:
    account = await register(users)
    one, other = [await _save(users, account, **HOME, idempotencyKey="k") for _ in range(2)]
    assert one == other
    assert len(await _defaults(users, account)) == 1


async def test_when_the_default_is_deleted_the_oldest_is_it(users: GraphClient) -> None:
    account = await register(users)
    ids = [(await _save(users, account, **HOME))["id"] for _ in range(3)]
    for _ in range(2):
        assert (await users.send(DELETE, account.token, id=ids[0])).data["deleteAddress"]["errors"] == []
    assert await _defaults(users, account) == {ids[1]: True, ids[2]: False}


@pytest.mark.parametrize(
    "wrong",
    [{"street": None}, {"city": " "}, {"lat": 90.0}, {"label": "x" * 101}, {"street": "a\0b"}],
)
async def test_what_is_no_address_is_refused(users: GraphClient, wrong: dict[str, Any]) -> None:
    account = await register(users)
    [field] = wrong
    assert await _save(users, account, **{**HOME, **wrong}) == [{"code": "BAD_USER_INPUT", "field": field}]


async def test_a_new_address_needs_a_place(users: GraphClient) -> None:
    account = await register(users)
    assert await _save(users, account, label="Home") == [{"code": "BAD_USER_INPUT", "field": "street"}]


async def test_nobody_saves_more_than_a_hundred(users: GraphClient) -> None:
    account = await register(users)
    for _ in range(100):
        await _save(users, account, **HOME)
    assert await _save(users, account, **HOME) == [{"code": "BAD_USER_INPUT", "field": None}]


async def test_nobody_reaches_another_users_address(users: GraphClient) -> None:
    account, other = await register(users), await register(users)
    home = await _save(users, account, **HOME)
    for id in (home["id"], str(new_id())):
        assert await _save(users, other, id=id, label="Mine") == [{"code": "NOT_FOUND", "field": "id"}]
    await users.send(DELETE, other.token, id=home["id"])
    assert await _defaults(users, account) == {home["id"]: True}
    nobody = Account("", "", "", "")
    assert await _save(users, nobody, **HOME) == [{"code": "UNAUTHENTICATED", "field": None}]
