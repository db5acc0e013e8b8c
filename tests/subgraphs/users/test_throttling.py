"""Guessing is slow: by phone, by address, by whatever is put into one request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.users.attempt_counters import (
    Allowance,
    AttemptCounters,
    HeldCounters,
    LastingCounters,
    ValkeyCounters,
)
from subgraphs.users.passwords import Passwords
from subgraphs.users.settings import UsersSettings
from subgraphs.users.throttle import Throttle, TooManyAttempts, Tried
from tests.subgraphs.common.graph_client import GraphClient
from tests.subgraphs.users.accounts import PASSWORD, REGISTER, new_phone, register

LOGIN = """mutation($phone: String!, $password: String!) { login(phone: $phone, password: $password) {
    accessToken errors { code message retryAfter } } }"""


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def _login(users: GraphClient, phone: str, password: str, address: str | None = None) -> dict[str, Any]:
    headers = {"x-forwarded-for": address} if address else {}
    body = {"query": LOGIN, "variables": {"phone": phone, "password": password}}
    answer = (await users.http.post("/graphql", json=body, headers=headers)).json()
    payload: dict[str, Any] = answer["data"]["login"]
    return payload


def _code(payload: dict[str, Any]) -> str | None:
    return payload["errors"][0]["code"] if payload["errors"] else None


async def test_after_some_wrong_passwords_the_right_one_has_to_wait_too(users: GraphClient) -> None:
    account = await register(users)
    codes = [_code(await _login(users, account.phone, f"wrong {n}")) for n in range(7)]
    assert codes == ["BAD_CREDENTIALS"] * 6 + ["TOO_MANY_ATTEMPTS"]
    refused = await _login(users, account.phone, PASSWORD)
    assert (refused["accessToken"], _code(refused)) == (None, "TOO_MANY_ATTEMPTS")
    assert 1 <= refused["errors"][0]["retryAfter"] <= 5


async def test_a_phone_without_an_account_is_slowed_down_alike(users: GraphClient) -> None:
    phone = new_phone()
    codes = [_code(await _login(users, phone, f"wrong {n}")) for n in range(7)]
    assert codes == ["BAD_CREDENTIALS"] * 6 + ["TOO_MANY_ATTEMPTS"]


async def test_guesses_at_once_are_counted_one_after_the_other(users: GraphClient) -> None:
    account = await register(users)
    answers = await asyncio.gather(*(_login(users, account.phone, f"wrong {n}") for n in range(30)))
    assert [_code(each) for each in answers].count("BAD_CREDENTIALS") == 6


async def test_a_right_password_begins_anew(users: GraphClient) -> None:
    account = await register(users)
    for _ in range(3):
        for n in range(4):
            assert _code(await _login(users, account.phone, f"wrong {n}")) == "BAD_CREDENTIALS"
        assert _code(await _login(users, account.phone, PASSWORD)) is None


async def test_others_guesses_do_not_keep_out_who_has_logged_in_from_his_address(users: GraphClient) -> None:
    account = await register(users)
    assert _code(await _login(users, account.phone, PASSWORD, "203.0.113.7")) is None
    for n in range(8):
        await _login(users, account.phone, f"wrong {n}", "198.51.100.9")
    assert _code(await _login(users, account.phone, PASSWORD, "198.51.100.9")) == "TOO_MANY_ATTEMPTS"
    assert _code(await _login(users, account.phone, PASSWORD, "203.0.113.7")) is None
    # But there too guesses are counted.
    codes = [_code(await _login(users, account.phone, f"wrong {n}", "203.0.113.7")) for n in range(7)]
    assert codes[-1] == "TOO_MANY_ATTEMPTS"


async def test_an_address_that_tries_many_phones_is_slowed_down(
    users: GraphClient, settings: UsersSettings
) -> None:
    most = settings.address_failures
    codes = [_code(await _login(users, new_phone(), "wrong", "198.51.100.9")) for _ in range(most + 2)]
    assert codes == ["BAD_CREDENTIALS"] * (most + 1) + ["TOO_MANY_ATTEMPTS"]
    account = await register(users)
    assert _code(await _login(users, account.phone, PASSWORD, "203.0.113.7")) is None


async def test_wrong_refresh_tokens_count_for_their_address(
    users: GraphClient, settings: UsersSettings
) -> None:
    refresh = 'mutation { refresh(refreshToken: "AAAA") { errors { code } } }'
    replies = [await users.send(refresh) for _ in range(settings.address_failures + 2)]
    seen = [reply.data["refresh"]["errors"][0]["code"] for reply in replies]
    assert seen[-2:] == ["BAD_CREDENTIALS", "TOO_MANY_ATTEMPTS"]


async def test_registering_a_known_phone_is_a_login_in_every_respect(users: GraphClient) -> None:
    account = await register(users)
    codes = []
    for n in range(7):
        wanted = {"name": "B", "phone": account.phone, "password": f"another one {n}"}
        reply = await users.send(REGISTER, input=wanted)
        codes.append(_code(reply.data["register"]))
    assert codes == ["BAD_CREDENTIALS"] * 6 + ["TOO_MANY_ATTEMPTS"]
    assert _code(await _login(users, account.phone, PASSWORD)) == "TOO_MANY_ATTEMPTS"


async def test_an_address_makes_so_many_accounts_and_then_slowly(users: GraphClient) -> None:
    throttle: Throttle = users.app.state.resources.throttle
    most = users.app.state.resources.settings.address_registrations
    for _ in range(most + 1):
        await throttle.before_registration(Tried("main", None, "127.0.0.1"))
    wanted = {"name": "A", "phone": new_phone(), "password": PASSWORD}
    assert _code((await users.send(REGISTER, input=wanted)).data["register"]) == "TOO_MANY_ATTEMPTS"


@pytest.mark.parametrize(
    "fields",
    [
        'a: login(phone: "%s", password: "a") { ...P } b: login(phone: "%s", password: "b") { ...P }',
        'a: login(phone: "%s", password: "a") { ...P } refresh(refreshToken: "x") { ...P }',
        '...{ a: login(phone: "%s", password: "a") { ...P } } ...Again',
    ],
)
async def test_one_login_stands_in_an_operation_and_no_other_is_tried(
    users: GraphClient, fields: str
) -> None:
    account = await register(users)
    again = 'fragment Again on Mutation { b: login(phone: "%s", password: "b") { ...P } }'
    parts = [fields, "fragment P on AuthPayload { errors { code } }", again if "Again" in fields else ""]
    text = f"mutation {{ {parts[0]} }} {parts[1]} {parts[2]}".replace("%s", account.phone)
    for _ in range(8):
        answer = (await users.send(text)).data
        assert {_code(payload) for payload in answer.values()} == {"TOO_MANY_ATTEMPTS"}
    assert _code(await _login(users, account.phone, PASSWORD)) is None


@pytest.fixture(params=[HeldCounters, ValkeyCounters])
async def counters(request: pytest.FixtureRequest, valkey_url: str) -> AsyncIterator[AttemptCounters]:
    async with Redis.from_url(valkey_url, decode_responses=True) as valkey:
        yield HeldCounters() if request.param is HeldCounters else ValkeyCounters(valkey)


async def test_pauses_grow_to_the_longest_and_all_is_forgotten_after_a_window(
    counters: AttemptCounters,
) -> None:
    allowance, now, key = Allowance(free=2, window=100, pause=5, longest=30), 1_000.0, uuid4().hex
    pauses = []
    for _ in range(7):
        assert await counters.count(key, allowance, now) == 0
        pauses.append(await counters.wait(key, now))
        if pauses[-1]:  # who does not wait is told how long, and no pause grows by it
            assert await counters.count(key, allowance, now) == pauses[-1]
        now += pauses[-1]
    assert pauses == [0, 0, 5, 10, 20, 30, 30]
    await counters.forget(key)
    assert await counters.count(key, allowance, now) == 0
    assert await counters.wait(key, now) == 0


async def test_who_looked_at_the_clock_first_and_comes_second_does_not_wait(
    counters: AttemptCounters,
) -> None:
    allowance, key = Allowance(free=5, window=100, pause=5, longest=30), uuid4().hex
    assert [await counters.count(key, allowance, now) for now in (1_000.0, 999.5, 999.9)] == [0, 0, 0]


async def test_what_valkey_holds_ends_by_itself(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url, decode_responses=True) as valkey:
        throttle = Throttle(ValkeyCounters(valkey), _settings(valkey_url))
        tried = Tried("main", "+201001234567", "203.0.113.7")
        await throttle.before_login(tried)
        await throttle.after_failure(tried)
        await throttle.before_registration(tried)
        await throttle.after_login(Tried("main", "+201001234568", "203.0.113.7"))
        keys = await valkey.keys("waybill:attempts:*")
        assert len(keys) == 4
        assert all([await valkey.ttl(key) > 0 for key in keys])
        assert not any("1001234567" in key or "203.0.113.7" in key for key in keys)


async def test_held_counters_end_with_time_and_have_a_bound() -> None:
    held, allowance = HeldCounters(most=3), Allowance(free=1, window=10, pause=5, longest=5)
    for n in range(5):
        await held.count(f"k{n}", allowance, 0.0)
    assert len(held._held) == 3
    assert await held.count("k4", allowance, 1.0) == 0
    assert await held.wait("k4", 1.0) == 5
    assert await held.count("k4", allowance, 20.0) == 0  # a window after its pause
    assert await held.wait("k4", 20.0) == 0


async def test_without_valkey_each_process_counts_for_itself() -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0", decode_responses=True)
    clock = Clock()
    throttle = Throttle(LastingCounters(nobody), _settings("redis://127.0.0.1:1/0"), clock=clock)
    tried = Tried("main", "+201001234567", None)
    for _ in range(6):
        await throttle.before_login(tried)
    with pytest.raises(TooManyAttempts) as refused:
        await throttle.before_login(tried)
    assert refused.value.retry_after == 5
    clock.now += 5
    await throttle.before_login(tried)
    with pytest.raises(TooManyAttempts) as refused:
        await throttle.before_login(tried)
    assert refused.value.retry_after == 10
    await nobody.aclose()


async def test_so_many_passwords_are_looked_at_and_no_more(settings: UsersSettings) -> None:
    passwords = Passwords(settings.model_copy(update={"password_queue": 2}))
    stored = await passwords.hash(PASSWORD)
    answers = await asyncio.gather(
        *(passwords.matches(stored, PASSWORD) for _ in range(10)), return_exceptions=True
    )
    assert answers.count(True) == settings.password_threads + 2
    refused = [each for each in answers if each is not True]
    assert {each.code for each in refused if isinstance(each, CodedError)} == {ErrorCode.UNAVAILABLE}
    assert await passwords.matches(stored, PASSWORD)


def _settings(valkey_url: str) -> UsersSettings:
    return UsersSettings(shards=("postgresql://nowhere",), valkey_url=valkey_url)
