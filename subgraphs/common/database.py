"""The shards' connections: per shard a pool for fixed reads, and an engine for built ones and for writes.

    ShardsByTenant(settings).of(tenant)   one tenant's rows: whatever serves a request (the app role)
    SystemShards(settings)                all tenants': relay, consumers, jobs (the system role)

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
from .reads import Read, Write
from .settings import CommonSettings
from .sharding import ShardMap
from .statements import record_statement
from .tenant_connection import NOBODY

M = TypeVar("M")


class ShardConnections:
    """The pools of one role: `dsns` are the shards' addresses with it, shard 0 first."""

    def __init__(self, dsns: Sequence[str], settings: CommonSettings, shard_map: ShardMap | None) -> None:
        self.map = shard_map or ShardMap.even(len(dsns))
        self.direct_dsns = settings.direct_shards or dsns
        self.engines = [Engine(number, dsn, settings) for number, dsn in enumerate(dsns)]
        # None behind a pooler, which may give each statement another connection: nothing stays prepared.
        self.readers = None
        if not behind_pooler(settings):
            self.readers = [make_reader(number, dsn, settings) for number, dsn in enumerate(dsns)]

    async def close_idle(self) -> None:
        """Close connections that were not used since the last call."""
        for pool in (*self.engines, *(self.readers or ())):
            await pool.close_idle()

    async def close_idle_forever(self, seconds: float) -> None:
        """Do so every so often, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.close_idle()

    async def close(self) -> None:
        """Close every connection."""
        for pool in (*self.engines, *(self.readers or ())):
            await pool.close()


class ShardsByTenant:
    """The shards as a process sees them that answers requests: of one tenant at a time."""

    def __init__(self, settings: CommonSettings, shard_map: ShardMap | None = None) -> None:
        self.connections = ShardConnections(settings.shards, settings, shard_map)

    @property
    def map(self) -> ShardMap:
        """Which shard has which bucket."""
        return self.connections.map

    @property
    def all(self) -> range:
        """Numbers of all shards."""
        return range(len(self.connections.engines))

    def of(self, tenant: str) -> Shards:
        """One tenant's rows, and nobody else's."""
        if not tenant:
            raise ValueError("no tenant is given")
        return Shards(self.connections, tenant)

    def of_nobody(self) -> Shards:
        """What is no tenant's: the table of tenants, the database itself."""
        return Shards(self.connections, NOBODY)


class Shards:
    """What can be done on all shards of the platform, on behalf of one tenant."""

    def __init__(self, connections: ShardConnections, tenant: str) -> None:
        self.connections, self.tenant = connections, tenant
        self.map, self.direct_dsns = connections.map, connections.direct_dsns

    @property
    def all(self) -> range:
        """Numbers of all shards."""
        return range(len(self.connections.engines))

    async def fetch(
        self, shard: int, statement: Executable | Read, label: str, **parameters: object
    ) -> Sequence[Row[Any]]:
        """Run one reading statement on one shard, outside any transaction."""
        if isinstance(statement, Read):
            if self.connections.readers:
                record_statement(shard, label)
                reader = self.connections.readers[shard]
                return await reader.fetch(statement, label, parameters, self.tenant)
            statement = statement.statement
        async with self.connections.engines[shard].reading(self.tenant) as connection:
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
        if self.connections.readers:
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
        async with (
            self.connections.engines[shard].writing(self.tenant, label) as connection,
            AsyncSession(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def writing_on(self, shard: int, label: str) -> AsyncIterator[AsyncConnection]:
        """A transaction without a unit of work: for statements that are written once and run often."""
        writing = self.connections.engines[shard].writing(self.tenant, label)
        async with writing as connection, connection.begin():
            yield connection


class SystemShards(Shards):
    """All tenants' rows, by the role that row-level security does not hold back."""

    def __init__(self, settings: CommonSettings, shard_map: ShardMap | None = None) -> None:
        dsns = settings.system_shards or settings.shards
        super().__init__(ShardConnections(dsns, settings, shard_map), NOBODY)

    async def close(self) -> None:
        """Close every connection."""
        await self.connections.close()
