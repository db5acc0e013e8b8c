"""How many connections are opened, and when they are closed: told by the ids of PostgreSQL's processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from subgraphs.common.database import Shards
from subgraphs.common.settings import CommonSettings

PID = text("SELECT pg_backend_pid(), pg_sleep(0.001)")


@pytest.fixture
async def opened(shards: tuple[str, ...]) -> AsyncIterator[Shards]:
    made = Shards(CommonSettings(shards=shards, pool_size=6))
    yield made
    await made.close()


async def _written(shards: Shards) -> int:
    async with shards.transaction_on(0) as session:
        pid: int = await session.scalar(PID)
        return pid


async def test_a_burst_of_writes_opens_no_more_connections_than_are_kept(opened: Shards) -> None:
    pids = await asyncio.gather(*(_written(opened) for _ in range(60)))
    assert len(set(pids)) <= 3
    assert await _written(opened) in pids


async def test_connections_that_were_not_used_are_closed(opened: Shards) -> None:
    first = await _written(opened)
    await opened.close_idle()
    assert await _written(opened) == first
    await opened.close_idle()
    await opened.close_idle()
    assert await _written(opened) != first


async def test_a_connection_in_use_is_left_alone(opened: Shards) -> None:
    async with opened.transaction_on(0) as session:
        first = await session.scalar(PID)
        await opened.close_idle()
        await opened.close_idle()
        assert await session.scalar(PID) == first
    assert await _written(opened) == first
