"""The shards' connections: per shard a pool for fixed reads, and an engine for built ones and for writes.

Every statement is counted and timed under the label it was given.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Executable, Row, event
from sqlalchemy.engine import Connection, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from . import metrics
from .reads import Read, Reader
from .settings import CommonSettings
from .sharding import ShardId, ShardMap
from .statements import record_statement

logger = logging.getLogger(__name__)
M = TypeVar("M")


class Shards:
    """All shards of the platform, as one process sees them."""

    def __init__(self, settings: CommonSettings, shard_map: ShardMap | None = None) -> None:
        self.map = shard_map or ShardMap.even(len(settings.shards))
        self.direct_dsns = settings.direct_shards or settings.shards
        self._engines = [_engine(ShardId(n), dsn, settings) for n, dsn in enumerate(settings.shards)]
        self._reading, self._readers = self._engines, list[Reader]()
        if not _behind_pooler(settings):
            # Autocommit saves the round trips of BEGIN and ROLLBACK around each read; the pool is shared.
            # (PgBouncer needs the transaction: it keeps a statement's preparing and running together.)
            self._reading = [e.execution_options(isolation_level="AUTOCOMMIT") for e in self._engines]
            self._readers = [_reader(n, dsn, settings) for n, dsn in enumerate(settings.shards)]

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
        async with self._reading[shard].connect() as connection:
            result = await connection.execute(statement, parameters, execution_options={"label": label})
            return result.all()

    async def fetch_as(
        self, model: type[M], shard: int, statement: Executable | Read, label: str, **parameters: object
    ) -> Sequence[M]:
        """Like `fetch`; a row of a model's columns reads like the model, so it is typed as one."""
        return cast("Sequence[M]", await self.fetch(shard, statement, label, **parameters))

    @asynccontextmanager
    async def transaction(self, id: UUID, label: str = "write") -> AsyncIterator[AsyncSession]:
        """A transaction on the shard of an id; commits at the end, rolls back on an exception."""
        async with self.transaction_on(self.map.shard_of(id), label) as session:
            yield session

    @asynccontextmanager
    async def transaction_on(self, shard: int, label: str = "write") -> AsyncIterator[AsyncSession]:
        """A transaction on a shard."""
        engine = self._engines[shard].execution_options(label=label)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        for engine in self._engines:
            await engine.dispose()
        for reader in self._readers:
            await reader.close()


def sqlalchemy_url(dsn: str) -> str:
    """`postgresql://` with the driver that we use."""
    _, rest = dsn.split("://", 1)
    return f"postgresql+asyncpg://{rest}"


def _engine(shard: ShardId, dsn: str, settings: CommonSettings) -> AsyncEngine:
    shared = 1 if _behind_pooler(settings) else 2  # the other half is the reader's
    engine = create_async_engine(
        sqlalchemy_url(dsn),
        pool_size=max(1, settings.pool_size // shared),
        max_overflow=settings.pool_overflow // shared,
        pool_timeout=settings.pool_wait_seconds,
        pool_use_lifo=True,
        connect_args=_connect_args(settings),
    )
    _watch(engine, shard, settings.slow_statement_ms)
    return engine


def _connect_args(settings: CommonSettings) -> dict[str, object]:
    arguments: dict[str, object] = {
        "prepared_statement_cache_size": settings.statement_cache_size,
        "server_settings": _server_settings(settings),
    }
    if _behind_pooler(settings):
        # PgBouncer may hand the next transaction another server connection: the unnamed statement leaves
        # nothing behind on this one.
        arguments |= {"statement_cache_size": 0, "prepared_statement_name_func": str}
    return arguments


def _behind_pooler(settings: CommonSettings) -> bool:
    return settings.statement_cache_size == 0


def _server_settings(settings: CommonSettings) -> dict[str, str]:
    return {
        "application_name": "waybill",
        "statement_timeout": str(settings.statement_timeout_ms),
        "idle_in_transaction_session_timeout": str(settings.idle_transaction_ms),
        "jit": "off",
    }


def _reader(shard: int, dsn: str, settings: CommonSettings) -> Reader:
    """The other half of the connections that a process may have to a shard."""
    most = settings.pool_size + settings.pool_overflow

    def noted(sql: str, label: str, seconds: float) -> None:
        metrics.statements.labels(str(shard), label).inc()
        _note_time(shard, sql, label, seconds, settings.slow_statement_ms)

    return Reader(
        dsn,
        size=max(1, most - most // 2),
        wait=settings.pool_wait_seconds,
        noted=noted,
        statement_cache_size=settings.statement_cache_size,
        server_settings=_server_settings(settings),
    )


def _watch(engine: AsyncEngine, shard: ShardId, slow_ms: float) -> None:
    def before(
        connection: Connection, cursor: Any, sql: str, parameters: Any, context: ExecutionContext, many: bool
    ) -> None:
        record_statement(shard, _label(context))
        metrics.statements.labels(str(shard), _label(context)).inc()
        context.started = time.perf_counter()  # type: ignore[attr-defined]

    def after(
        connection: Connection, cursor: Any, sql: str, parameters: Any, context: ExecutionContext, many: bool
    ) -> None:
        seconds = time.perf_counter() - context.started  # type: ignore[attr-defined]
        _note_time(shard, sql, _label(context), seconds, slow_ms)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)


def _note_time(shard: int, sql: str, label: str, seconds: float, slow_ms: float) -> None:
    metrics.statement_seconds.labels(label).observe(seconds)
    if seconds * 1000 > slow_ms:
        logger.warning("slow SQL", extra={"shard": shard, "ms": round(seconds * 1000), "sql": sql})


def _label(context: ExecutionContext) -> str:
    return str(context.execution_options.get("label", "other"))
