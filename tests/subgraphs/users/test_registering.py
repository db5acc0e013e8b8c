"""Phone numbers are unique over all shards, whoever dies or races."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from subgraphs.common.database import Shards
from subgraphs.common.ids import new_id
from subgraphs.users.models import PhoneClaimRow, UserRow
from subgraphs.users.passwords import Passwords
from subgraphs.users.phone_claims import PhoneClaims, phone_bucket
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import LOGIN, PASSWORD, REGISTER, new_phone, register


async def _register(users: GraphClient, phone: str, password: str = PASSWORD) -> list[str]:
    reply = await users.send(REGISTER, input={"name": "A", "phone": phone, "password": password})
    return [error["code"] for error in reply.data["register"]["errors"]]


async def test_a_phone_in_any_notation_is_one_phone(users: GraphClient) -> None:
    account = await register(users, phone="+20 100 123 4567")
    reply = await users.send(LOGIN, phone="+20-1001-234-567", password=PASSWORD)
    assert reply.data["login"]["user"]["id"] == account.id


@pytest.mark.parametrize("phone", ["", "12345", "+20", "0100 123 4567", "+999123456789", "call me"])
async def test_what_is_no_phone_is_refused(users: GraphClient, phone: str) -> None:
    assert await _register(users, phone) == ["INVALID_PHONE"]


async def test_a_short_password_is_refused_and_leaves_the_phone_free(users: GraphClient) -> None:
    phone = new_phone()
    assert await _register(users, phone, "short") == ["WEAK_PASSWORD"]
    assert await _register(users, phone) == []


@pytest.mark.parametrize("name", [" ", "x" * 321, "a\0b"])
async def test_a_name_that_cannot_be_kept_is_refused_and_leaves_the_phone_free(
    users: GraphClient, name: str
) -> None:
    phone = new_phone()
    reply = await users.send(REGISTER, input={"name": name, "phone": phone, "password": PASSWORD})
    errors = reply.data["register"]["errors"]
    assert [(error["code"], error["field"]) for error in errors] == [("BAD_USER_INPUT", "name")]
    assert await _register(users, phone) == []


async def test_registering_a_taken_phone_answers_as_a_login_with_a_wrong_password(users: GraphClient) -> None:
    account = await register(users)
    assert await _register(users, account.phone, "another password") == ["BAD_CREDENTIALS"]


async def test_registering_again_with_the_same_password_is_the_same_registration(users: GraphClient) -> None:
    account = await register(users)
    assert (await register(users, phone=account.phone)).id == account.id


async def test_of_six_who_register_a_phone_at_once_one_gets_it(users: GraphClient) -> None:
    phone = new_phone()
    answers = await asyncio.gather(*(_register(users, phone, f"{n} small horses") for n in range(6)))
    assert sorted(answers) == [[]] + [["BAD_CREDENTIALS"]] * 5


async def test_wrong_password_and_unknown_phone_look_alike(users: GraphClient) -> None:
    account = await register(users)
    for phone, password in ((account.phone, "wrong password"), (new_phone(), PASSWORD)):
        payload = (await users.send(LOGIN, phone=phone, password=password)).data["login"]
        assert payload["errors"] == [{"code": "BAD_CREDENTIALS", "field": None}]
        assert payload["accessToken"] is None


async def test_a_claim_whose_process_died_is_taken_over_when_it_is_old(
    users: GraphClient, settings: UsersSettings
) -> None:
    shards: Shards = users.app.state.resources.shards.of("main")
    phone, dead = new_phone(), new_id()
    assert await PhoneClaims(shards, "main", settings.claim_seconds).claim(phone, dead) is None
    assert await _register(users, phone) == ["BAD_CREDENTIALS"]
    await _age_claim(shards, phone)
    assert await _register(users, phone) == []


async def test_who_lost_his_claim_while_slow_cannot_create_his_user(
    users: GraphClient, settings: UsersSettings
) -> None:
    shards: Shards = users.app.state.resources.shards.of("main")
    claims, phone, slow = PhoneClaims(shards, "main", settings.claim_seconds), new_phone(), new_id()
    await claims.claim(phone, slow)
    await _age_claim(shards, phone)
    account = await register(users, phone=phone)
    assert not await claims.confirm(phone, slow)
    assert str(await claims.owner(phone)) == account.id


async def test_the_password_is_stored_as_argon2id_with_the_chosen_cost(users: GraphClient) -> None:
    account = await register(users)
    shards: Shards = users.app.state.resources.shards.of("main")
    id = UUID(account.id)
    query = select(UserRow.password_hash).where(UserRow.id == id)
    [row] = await shards.fetch(shards.map.shard_of(id), query, "test")
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_password_hashed_with_other_settings_is_still_known(settings: UsersSettings) -> None:
    dearer = UsersSettings(**{**settings.model_dump(), "password_memory_kib": 12_288, "password_passes": 3})
    now, later = Passwords(settings), Passwords(dearer)
    stored = await now.hash("correct horse")
    assert await later.matches(stored, "correct horse")
    assert (await later.hash("correct horse")).startswith("$argon2id$v=19$m=12288,t=3,p=1$")


WEAK = [(1, 19_456), (2, 19_455), (5, 7_167), (9, 7_167), (0, 65_536)]


@pytest.mark.parametrize(("passes", "memory"), WEAK)
def test_hashes_weaker_than_advised_are_refused(settings: UsersSettings, passes: int, memory: int) -> None:
    weak = {"password_passes": passes, "password_memory_kib": memory}
    with pytest.raises(ValidationError, match="password_"):
        UsersSettings(**{**settings.model_dump(), **weak})


async def _age_claim(shards: Shards, phone: str) -> None:
    shard = shards.map.shard_of_bucket(phone_bucket(phone))
    old = datetime.now(UTC) - timedelta(hours=1)
    async with shards.transaction_on(shard) as session:
        await session.execute(update(PhoneClaimRow).where(PhoneClaimRow.phone == phone).values(at=old))
