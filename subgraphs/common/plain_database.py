"""One Postgres database without a model: what `search` is given, on asyncpg.

`fetch` and `execute` borrow a pooled connection each; `transaction` keeps one until its end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg

Rows = Sequence[Mapping[str, Any]]


class PlainConnection:
    """One connection inside a transaction."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy[Any]) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *parameters: object) -> Rows:
        """Run one statement with parameters $1, $2, … and return its rows."""
        return cast("Rows", await self._connection.fetch(sql, *parameters))

    async def execute(self, sql: str, *parameters: object) -> object:
        """Run one statement, or several without parameters."""
        return await self._connection.execute(sql, *parameters)


class PlainDatabase:
    """A pool of connections, opened when first used."""

    def __init__(self, dsn: str, *, pool_size: int = 4, statement_timeout_ms: int = 10_000) -> None:
        settings = {
            "application_name": "waybill",
            "statement_timeout": str(statement_timeout_ms),
            "jit": "off",
        }
        # asyncpg makes the pool's future here and its connections at the first use.
        self._pool = asyncpg.create_pool(dsn, min_size=0, max_size=pool_size, server_settings=settings)

    async def fetch(self, sql: str, *parameters: object) -> Rows:
        """Run one statement with parameters $1, $2, … and return its rows."""
        async with (await self._open()).acquire() as connection:
            return cast("Rows", await connection.fetch(sql, *parameters))

    async def execute(self, sql: str, *parameters: object) -> object:
        """Run one statement, or several without parameters."""
        async with (await self._open()).acquire() as connection:
            return await connection.execute(sql, *parameters)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PlainConnection]:
        """Commit at the end, roll back on an exception."""
        async with (await self._open()).acquire() as connection, connection.transaction():
            yield PlainConnection(connection)

    async def close(self) -> None:
        """Close all connections."""
        await (await self._open()).close()  # asyncpg refuses to close a pool that was never used

    async def _open(self) -> asyncpg.Pool[Any]:
        return await self._pool  # returns at once when it is open
