"""One shard's two ways to its connections: SQLAlchemy's engine for transactions, a `Reader` for fixed reads.

Whoever is lent a connection says for which tenant. Statements are counted and timed, slow ones are logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from prometheus_client import Counter, Histogram
from sqlalchemy import QueuePool, event
from sqlalchemy.engine import Connection, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from . import metrics
from .reads import Reader
from .settings import CommonSettings
from .statements import record_statement
from .tenant_connection import TenantConnection

logger = logging.getLogger(__name__)


def sqlalchemy_url(dsn: str) -> str:
    """`postgresql://` with the driver that we use."""
    _, rest = dsn.split("://", 1)
    return f"postgresql+asyncpg://{rest}"


def behind_pooler(settings: CommonSettings) -> bool:
    """Whether a transaction-pooling PgBouncer stands before the shards."""
    return settings.statement_cache_size == 0


class Engine:
    """One shard's SQLAlchemy engine.

    Its pool has no overflow: SQLAlchemy opens a connection for each use beyond a pool's size and closes it
    afterwards, so that in a burst, when a new connection is dearest, nearly every transaction would wait for
    one.
    """

    def __init__(self, shard: int, dsn: str, settings: CommonSettings) -> None:
        self._engine = create_async_engine(
            sqlalchemy_url(dsn),
            pool_size=_writing(settings),
            max_overflow=0,
            pool_timeout=settings.pool_wait_seconds,
            pool_use_lifo=True,
            # Errors are logged with their statement; its parameters are people's names, phones, addresses.
            hide_parameters=True,
            connect_args=_connect_args(settings),
        )
        self._labelled: dict[str, AsyncEngine] = {}
        self._used = self._used_before = 0
        _watch(self._engine, shard, settings.slow_statement_ms)
        self._reading: AsyncEngine | None = None
        if not behind_pooler(settings):
            # Autocommit saves the round trips of BEGIN and ROLLBACK around each read; the pool is shared.
            # (PgBouncer needs the transaction: it keeps a statement's preparing and running together, and
            # the tenant with them.)
            self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine.sync_engine, "checkout", self._note_use)

    @asynccontextmanager
    async def reading(self, tenant: str) -> AsyncIterator[AsyncConnection]:
        """A connection for one statement of a tenant's that reads."""
        if self._reading is None:
            async with self.writing(tenant, "read") as connection:
                yield connection
            return
        async with self._reading.connect() as connection:
            try:
                await _driver_of(connection).adopt(tenant)
            except BaseException:
                await connection.invalidate()
                raise
            yield connection

    @asynccontextmanager
    async def writing(self, tenant: str, label: str) -> AsyncIterator[AsyncConnection]:
        """A connection for transactions of a tenant; statements count under the label if they have none."""
        async with self._labelled_as(label).connect() as connection:
            _driver_of(connection).tenant = tenant
            yield connection

    def _labelled_as(self, label: str) -> AsyncEngine:
        engine = self._labelled.get(label)
        if engine is None:
            engine = self._labelled[label] = self._engine.execution_options(label=label)
        return engine

    async def close_idle(self) -> None:
        """Close all connections, if none is in use or was used since the last call."""
        used, self._used_before = self._used - self._used_before, self._used
        idle = self._engine.pool
        if used or cast("QueuePool", idle).checkedout():
            return
        await self._engine.dispose(close=False)  # nothing is awaited within: who comes meets the new pool
        await greenlet_spawn(idle.dispose)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    def _note_use(self, *_: object) -> None:
        self._used += 1


def _driver_of(connection: AsyncConnection) -> TenantConnection:
    """What SQLAlchemy's connection, which is open, stands upon."""
    assert connection.sync_connection is not None
    driver = connection.sync_connection.connection.driver_connection
    assert isinstance(driver, TenantConnection)
    return driver


def _writing(settings: CommonSettings) -> int:
    """The engine's share of the connections that a process may have to a shard; the rest is the reader's."""
    return settings.pool_size if behind_pooler(settings) else max(1, settings.pool_size // 2)


def _connect_args(settings: CommonSettings) -> dict[str, object]:
    arguments: dict[str, object] = {
        "connection_class": TenantConnection,
        # Opening one is part of the wait for one: a host that swallows packets keeps nobody for a minute.
        "timeout": settings.pool_wait_seconds,
        "prepared_statement_cache_size": settings.statement_cache_size,
        "server_settings": _server_settings(settings),
    }
    if behind_pooler(settings):
        # PgBouncer may hand the next transaction another server connection: the unnamed statement leaves
        # nothing behind on this one.
        arguments |= {"statement_cache_size": 0, "prepared_statement_name_func": str}
    return arguments


def _server_settings(settings: CommonSettings) -> dict[str, str]:
    return {
        "application_name": "waybill",
        "statement_timeout": str(settings.statement_timeout_ms),
        "idle_in_transaction_session_timeout": str(settings.idle_transaction_ms),
        "jit": "off",
    }


def make_reader(shard: int, dsn: str, settings: CommonSettings) -> Reader:
    """The other half of the connections that a process may have to a shard.

    Fixed reads find their rows by keys, so a plan made once serves all values. Left to itself PostgreSQL
    plans the page of a customer's orders anew each time, over all months' partitions: 1.4 ms of CPU, 0.08
    with this.
    """

    meters: dict[str, tuple[Counter, Histogram]] = {}

    def noted(sql: str, label: str, seconds: float) -> None:
        found = meters.get(label)
        if found is None:
            found = meters[label] = (
                metrics.statements.labels(str(shard), label),
                metrics.statement_seconds.labels(label),
            )
        found[0].inc()
        found[1].observe(seconds)
        _note_slow(shard, sql, seconds, settings.slow_statement_ms)

    return Reader(
        dsn,
        size=max(1, settings.pool_size - settings.pool_size // 2),
        wait=settings.pool_wait_seconds,
        noted=noted,
        timeout=settings.pool_wait_seconds,
        statement_cache_size=settings.statement_cache_size,
        server_settings={**_server_settings(settings), "plan_cache_mode": "force_generic_plan"},
    )


def _watch(engine: AsyncEngine, shard: int, slow_ms: float) -> None:
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
        metrics.statement_seconds.labels(_label(context)).observe(seconds)
        _note_slow(shard, sql, seconds, slow_ms)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)


def _note_slow(shard: int, sql: str, seconds: float, slow_ms: float) -> None:
    if seconds * 1000 > slow_ms:
        logger.warning("slow SQL", extra={"shard": shard, "ms": round(seconds * 1000), "sql": sql})


def _label(context: ExecutionContext) -> str:
    return str(context.execution_options.get("label", "other"))
