"""How many connections are opened, and when they are closed: told by the ids of PostgreSQL's processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from subgraphs.common.database import Shards, SystemShards
from subgraphs.common.reads import Read
from subgraphs.common.settings import CommonSettings

PID = text("SELECT pg_backend_pid(), pg_sleep(0.001)")


@pytest.fixture
async def opened(shards: tuple[str, ...]) -> AsyncIterator[SystemShards]:
    made = SystemShards(CommonSettings(shards=shards, pool_size=6))
    yield made
    await made.close()


async def _written(shards: Shards) -> int:
    async with shards.transaction_on(0) as session:
        pid: int = await session.scalar(PID)
        return pid


async def test_a_burst_of_writes_opens_no_more_connections_than_are_kept(opened: SystemShards) -> None:
    pids = await asyncio.gather(*(_written(opened) for _ in range(60)))
    assert len(set(pids)) <= 3
    assert await _written(opened) in pids


async def test_connections_that_were_not_used_are_closed(opened: SystemShards) -> None:
    first = await _written(opened)
    await opened.connections.close_idle()
    assert await _written(opened) == first
    await opened.connections.close_idle()
    await opened.connections.close_idle()
    assert await _written(opened) != first


PIDS = Read(PID)


async def _read(shards: Shards) -> int:
    [row] = await shards.fetch(0, PIDS, "pid")
    return int(row[0])


async def test_a_burst_of_reads_waits_for_the_connections_that_there_may_be(opened: SystemShards) -> None:
    pids = set(await asyncio.gather(*(_read(opened) for _ in range(60))))
    assert len(pids) == 3
    assert await _read(opened) in pids


async def test_reading_connections_that_were_not_needed_are_closed(opened: SystemShards) -> None:
    pids = set(await asyncio.gather(*(_read(opened) for _ in range(60))))
    await opened.connections.close_idle()
    one = await _read(opened)
    await opened.connections.close_idle()  # of three, one was needed
    assert await _read(opened) == one
    again = set(await asyncio.gather(*(_read(opened) for _ in range(60))))
    assert again & pids == {one}


async def test_a_cancelled_read_leaves_nothing_for_the_next(opened: SystemShards) -> None:
    first = await _read(opened)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await opened.fetch(0, Read(text("SELECT pg_sleep(30)")), "slow")
    assert await _read(opened) != first


async def test_a_refused_read_keeps_its_connection(opened: SystemShards) -> None:
    first = await _read(opened)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await opened.fetch(0, Read(text("SELECT 1 / 0 AS never")), "wrong")
    assert await _read(opened) == first


async def test_a_lost_connection_is_replaced_for_who_waits(opened: SystemShards) -> None:
    pids = set(await asyncio.gather(*(_read(opened) for _ in range(60))))
    waiting = [asyncio.create_task(_read(opened)) for _ in range(60)]
    async with opened.transaction_on(0) as session:
        for pid in pids:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, int | ConnectionError)] == []
    assert await _read(opened) not in pids


async def test_a_connection_in_use_is_left_alone(opened: SystemShards) -> None:
    async with opened.transaction_on(0) as session:
        first = await session.scalar(PID)
        await opened.connections.close_idle()
        await opened.connections.close_idle()
        assert await session.scalar(PID) == first
    assert await _written(opened) == first
