"""What becomes of entries while a server is away, and of those that make no sense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from subgraphs.common.dead_letters import put_back, read_letters
from subgraphs.common.settings import CommonSettings
from subgraphs.common.stream_group import StreamGroup

STREAM, GROUP = "waybill:events:orders", "test"


class Applied:
    """Handles entries `key` → `n`; those in `away` meet a server that is not there, `odd` ones fail."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.away: set[str] = set()

    async def __call__(self, entries: Sequence[Mapping[str, str]]) -> None:
        if any(entry["key"] in self.away for entry in entries):
            raise ConnectionRefusedError
        if any(entry["key"] == "odd" for entry in entries):
            raise ValueError("odd")
        self.done += [(entry["key"], entry["n"]) for entry in entries]


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey_url, decode_responses=True) as client:
        yield client


def group(valkey: Redis, handle: Applied, **settings: Any) -> StreamGroup:
    given = CommonSettings(shards=("none",), **{"events_idle_ms": 0, "events_attempts": 2, **settings})
    return StreamGroup(valkey, [STREAM], GROUP, handle, settings=given)


async def add(valkey: Redis, *entries: str) -> None:
    """Entries written `key n`."""
    for entry in entries:
        key, n = entry.split()
        await valkey.xadd(STREAM, {"key": key, "n": n})


async def test_while_a_server_is_away_its_entries_wait_in_order_and_all_others_go_on(valkey: Redis) -> None:
    handle = Applied()
    handle.away = {"a"}
    member = group(valkey, handle)
    await member.prepare()
    await add(valkey, "a 1", "b 1", "a 2", "c 1")
    await member.step(block_ms=1)
    await add(valkey, "a 3", "b 2")
    for _ in range(8):  # more than the deliveries after which an entry would be a dead letter
        await member.step(block_ms=1)
    assert sorted(handle.done) == [("b", "1"), ("b", "2"), ("c", "1")]
    handle.away.clear()
    await member.step(block_ms=1)
    assert [n for key, n in handle.done if key == "a"] == ["1", "2", "3"]
    assert (await valkey.xpending(STREAM, GROUP))["pending"] == 0
    assert await valkey.xlen("waybill:events:dead") == 0


async def test_the_first_entry_after_an_outage_overtakes_none_of_those_that_wait(valkey: Redis) -> None:
    handle = Applied()
    handle.away = {"a"}
    member = group(valkey, handle, events_idle_ms=60_000)  # those held are not due again within the test
    await member.prepare()
    await add(valkey, "a 1")
    await member.step(block_ms=1)
    handle.away.clear()
    await add(valkey, "a 2")
    await member.step(block_ms=1)
    assert handle.done == []
    await asyncio.sleep(0.6)
    await member.step(block_ms=1)
    assert handle.done == [("a", "1"), ("a", "2")]


async def test_an_odd_entry_is_a_dead_letter_in_the_end_and_comes_back_when_it_is_told_to(
    valkey: Redis,
) -> None:
    handle = Applied()
    member = group(valkey, handle)
    await member.prepare()
    await add(valkey, "odd 1", "good 1")
    for _ in range(3):
        await member.step(block_ms=1)
    assert handle.done == [("good", "1")]
    [(id, letter)] = [each async for each in read_letters(valkey)]
    assert letter == {"key": "odd", "n": "1", "stream": STREAM, "group": GROUP, "reason": "ValueError: odd"}
    assert await put_back(valkey, id, letter)
    newest: Any = await valkey.xrevrange(STREAM, count=1)
    assert newest[0][1] == {"key": "odd", "n": "1"}
    assert [each async for each in read_letters(valkey)] == []


async def test_a_valkey_that_lost_its_streams_gets_them_again(valkey: Redis) -> None:
    handle, stop = Applied(), asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(group(valkey, handle).run(stop))
        while not await valkey.exists(STREAM):  # noqa: ASYNC110 (made by the member)
            await asyncio.sleep(0.01)
        await valkey.flushall()
        await add(valkey, "a 1")
        while not handle.done:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stop.set()
    assert handle.done == [("a", "1")]
