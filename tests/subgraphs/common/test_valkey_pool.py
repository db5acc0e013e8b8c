"""A process's connections to Valkey: bounded, and waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.exceptions import ConnectionError as NoConnection

from subgraphs.common.process import connect_valkey
from subgraphs.common.settings import CommonSettings
from subgraphs.common.unavailable import is_unavailable


def _settings(valkey_url: str, seconds: float) -> CommonSettings:
    return CommonSettings(
        shards=("unused",), valkey_url=valkey_url, valkey_connections=3, valkey_wait_seconds=seconds
    )


async def test_more_commands_at_once_than_connections_wait_for_each_other(valkey_url: str) -> None:
    async with connect_valkey(_settings(valkey_url, 60)) as valkey:
        names = [f"pool:{n}" for n in range(200)]
        await asyncio.gather(*(valkey.set(name, name) for name in names))
        assert await asyncio.gather(*map(valkey.get, names)) == names


async def test_who_waits_for_too_long_is_told_that_it_is_unavailable(valkey_url: str) -> None:
    async with connect_valkey(_settings(valkey_url, 0.05)) as valkey:
        pool: Any = valkey.connection_pool
        taken = [await pool.get_connection() for _ in range(3)]
        with pytest.raises(NoConnection) as caught:
            await valkey.ping()
        assert is_unavailable(caught.value)
        for each in taken:
            await pool.release(each)
        assert await valkey.ping()
