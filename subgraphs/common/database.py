"""The shards' connections: per shard a pool for fixed reads, and an engine for built ones and for writes.

Every statement is counted and timed under the label it was given. Connections are opened when they are needed
and kept for as long as they are used: `close_idle_forever` closes those that were not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from .engine import Engine, behind_pooler, make_reader
from .reads import Read, Reader, Write
from .settings import CommonSettings
from .sharding import ShardMap
from .statements import record_statement

M = TypeVar("M")


class Shards:
    """All shards of the platform, as one process sees them."""

    def __init__(self, settings: CommonSettings, shard_map: ShardMap | None = None) -> None:
        self.map = shard_map or ShardMap.even(len(settings.shards))
        self.direct_dsns = settings.direct_shards or settings.shards
        self._engines = [Engine(number, dsn, settings) for number, dsn in enumerate(settings.shards)]
        self._readers = list[Reader]()
        if not behind_pooler(settings):
            self._readers = [make_reader(number, dsn, settings) for number, dsn in enumerate(settings.shards)]

    @property
    def all(self) -> range:
        """Numbers of all shards."""
        return range(len(self._engines))

    async def fetch(
        self, shard: int, statement: Executable | Read, label: str, **parameters: object
    ) -> Sequence[Row[Any]]:
        """Run one reading statement on one shard, outside any transaction."""
        if isinstance(statement, Read):
            if self._readers:
                record_statement(shard, label)
                return await self._readers[shard].fetch(statement, label, parameters)
            statement = statement.statement
        async with self._engines[shard].reading.connect() as connection:
            result = await connection.execute(statement, parameters, execution_options={"label": label})
            return result.all()

    async def fetch_as(
        self, model: type[M], shard: int, statement: Executable | Read, label: str, **parameters: object
    ) -> Sequence[M]:
        """Like `fetch`; a row of a model's columns reads like the model, so it is typed as one."""
        return cast("Sequence[M]", await self.fetch(shard, statement, label, **parameters))

    async def write(
        self, shard: int, statement: Write, label: str, **parameters: object
    ) -> Sequence[Row[Any]]:
        """Run one writing statement on one shard: all that it says happens, or nothing."""
        if self._readers:
            return await self.fetch(shard, statement, label, **parameters)
        async with self.writing_on(shard, label) as connection:
            return (await connection.execute(statement.statement, parameters)).all()

    @asynccontextmanager
    async def transaction(self, id: UUID, label: str = "write") -> AsyncIterator[AsyncSession]:
        """A transaction on the shard of an id; commits at the end, rolls back on an exception."""
        async with self.transaction_on(self.map.shard_of(id), label) as session:
            yield session

    @asynccontextmanager
    async def transaction_on(self, shard: int, label: str = "write") -> AsyncIterator[AsyncSession]:
        """A transaction on a shard."""
        engine = self._engines[shard].labelled(label)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def writing_on(self, shard: int, label: str) -> AsyncIterator[AsyncConnection]:
        """A transaction without a unit of work: for statements that are written once and run often."""
        async with self._engines[shard].labelled(label).begin() as connection:
            yield connection

    async def close_idle(self) -> None:
        """Close connections that were not used since the last call."""
        for engine in self._engines:
            await engine.close_idle()
        for reader in self._readers:
            await reader.close_idle()

    async def close_idle_forever(self, seconds: float) -> None:
        """Do so every so often, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.close_idle()

    async def close(self) -> None:
        """Close every connection."""
        for engine in self._engines:
            await engine.close()
        for reader in self._readers:
            await reader.close()
