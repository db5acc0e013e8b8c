"""What Valkey keeps comes to an end too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from subgraphs.common.process import Connections
from subgraphs.common.upkeep import streams
from subgraphs.common.upkeep.run import Upkeep

from .conftest import Clock

STREAM, DEAD = "waybill:events:orders", "waybill:events:dead"


async def add(valkey: Redis, clock: Clock, stream: str, *days: float) -> list[str]:
    """Entries of so many days ago."""
    ids = [f"{int((clock.now - timedelta(days=n)).timestamp() * 1000)}-0" for n in days]
    for id in ids:
        await valkey.xadd(stream, {"n": "1"}, id=id)
    return ids


async def ids(valkey: Redis, stream: str) -> list[str]:
    entries: Any = await valkey.xrange(stream)
    return [id for id, _ in entries]


async def test_events_that_all_groups_have_handled_go_with_their_age(
    upkeep: Upkeep, connections: Connections, clock: Clock
) -> None:
    valkey = connections.valkey
    old, older, young = await add(valkey, clock, STREAM, 9, 8, 6)
    for group in ("one", "two"):
        await valkey.xgroup_create(STREAM, group, id="0")
        await valkey.xreadgroup(group, "member", {STREAM: ">"})
        await valkey.xack(STREAM, group, old, older, young)
    await upkeep.jobs()["streams"]()
    assert await ids(valkey, STREAM) == [young]


async def test_an_event_that_a_group_has_not_handled_stays_however_old(
    upkeep: Upkeep, connections: Connections, clock: Clock
) -> None:
    valkey = connections.valkey
    first, second, third = await add(valkey, clock, STREAM, 90, 80, 70)
    for group in ("quick", "slow", "away"):
        await valkey.xgroup_create(STREAM, group, id="0")
    for group in ("quick", "slow"):
        await valkey.xreadgroup(group, "member", {STREAM: ">"})
        await valkey.xack(STREAM, group, first, third)
    await valkey.xack(STREAM, "quick", second)
    await upkeep.jobs()["streams"]()
    assert await ids(valkey, STREAM) == [first, second, third]  # `away` has read none
    await valkey.xgroup_destroy(STREAM, "away")
    await upkeep.jobs()["streams"]()
    assert await ids(valkey, STREAM) == [second, third]  # `slow` is at the second


async def test_dead_letters_go_with_their_age(upkeep: Upkeep, connections: Connections, clock: Clock) -> None:
    _, young = await add(connections.valkey, clock, DEAD, 91, 89)
    await upkeep.jobs()["streams"]()
    assert await ids(connections.valkey, DEAD) == [young]


async def test_members_that_are_gone_are_forgotten_unless_they_left_something(
    upkeep: Upkeep, connections: Connections, clock: Clock, monkeypatch: Any
) -> None:
    valkey = connections.valkey
    await add(valkey, clock, STREAM, 1)
    await valkey.xgroup_create(STREAM, "group", id="0")
    await valkey.xgroup_createconsumer(STREAM, "group", "gone")
    await valkey.xreadgroup("group", "left something", {STREAM: ">"})
    await upkeep.jobs()["streams"]()
    assert len(await valkey.xinfo_consumers(STREAM, "group")) == 2  # they may just be quiet
    monkeypatch.setattr(streams, "_GONE_MS", -1)
    await upkeep.jobs()["streams"]()
    members: Any = await valkey.xinfo_consumers(STREAM, "group")
    assert [member["name"] for member in members] == ["left something"]
