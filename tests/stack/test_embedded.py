"""The embedded servers: they start empty, answer, and recover what a killed run left behind."""

from __future__ import annotations

import asyncpg
from redis.asyncio import Redis

from stack.embedded import Servers


async def test_each_shard_is_a_database_of_its_own(servers: Servers) -> None:
    names = []
    for dsn in (*servers.shards, servers.search):
        connection = await asyncpg.connect(dsn)
        names.append(await connection.fetchval("SELECT current_database()"))
        await connection.close()
    assert names == ["shard0", "shard1", "shard2", "shard3", "search"]


async def test_search_extensions_are_available(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.search)
    rows = await connection.fetch("SELECT name FROM pg_available_extensions")
    await connection.close()
    assert {"pg_trgm", "unaccent", "earthdistance", "cube", "btree_gin"} <= {row["name"] for row in rows}


async def test_valkey_is_empty_for_each_test(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "over")


async def test_valkey_is_empty_again_for_the_next_test(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url) as client:
        assert await client.dbsize() == 0
