"""Hot statements: fixed ones of SQLAlchemy, compiled once, straight from asyncpg's rows to named tuples.

One row costs a tenth of what it costs through SQLAlchemy's async engine, which switches greenlets for each
call. Statements that are built anew for each call stay with the engine: compiling costs more than it saves.
"""

from __future__ import annotations

import time
from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import Executable, Float, Numeric
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from .connection_pool import ConnectionPool
from .tenant_connection import SETTING, TenantConnection

Convert = Callable[[Any], Any]
Noted = Callable[[str, str, float], None]
_DIALECT: Any = cast("Any", postgresql.dialect)()
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # what came does not fit what was sent: the end of a connection, at times
)


class Read:
    """A reading statement that never changes; its parameters are given by name."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._columns: tuple[str, ...] = ()
        self._row: Any = None

    @cached_property
    def sql(self) -> str:
        """The text with $1, $2, …"""
        return str(self._compiled)

    def values(self, parameters: dict[str, object]) -> list[Any]:
        """The parameters in their order, as asyncpg takes them."""
        return [
            parameters.get(name, default) if convert is None else convert(parameters.get(name, default))
            for name, default, convert in self._parameters
        ]

    def rows(self, records: list[Any]) -> list[Any]:
        """Named tuples, which are read like the model's objects."""
        if not records:
            return []
        columns = tuple(records[0].keys())
        if columns != self._columns:
            self._columns, self._row = columns, namedtuple("Row", columns, rename=True)
        row, new = self._row, tuple.__new__
        if not self._converted:
            return [new(row, record) for record in records]
        return [new(row, self._convert(record)) for record in records]

    @cached_property
    def _compiled(self) -> SQLCompiler:
        compiled = self.statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        assert not compiled.post_compile_params, "lists of unknown length are for the engine"
        return compiled

    @cached_property
    def _parameters(self) -> list[tuple[str, Any, Convert | None]]:
        compiled, defaults = self._compiled, self._compiled.params
        converts: Any = compiled._bind_processors
        return [(name, defaults[name], converts.get(name)) for name in compiled.positiontup or ()]

    @cached_property
    def _converted(self) -> list[tuple[int, Convert]]:
        """Columns whose SQLAlchemy type changes what the driver gives."""
        types = [column.type for column in self._compiled._result_columns]
        converts = [type_._cached_result_processor(_DIALECT, _oid(type_)) for type_ in types]
        return [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def _convert(self, record: Any) -> list[Any]:
        values = list(record)
        for place, convert in self._converted:
            values[place] = convert(values[place])
        return values


class Write(Read):
    """A statement that never changes, writes, and is a transaction by itself."""


def _oid(type_: TypeEngine[Any]) -> int | None:
    """PostgreSQL's number of the types that SQLAlchemy converts by it: float8, numeric (pg_type.dat)."""
    if isinstance(type_, Float):
        return 701
    return 1700 if isinstance(type_, Numeric) else None


class Reader:
    """One shard's reads, over a pool; connects at first use. `noted(sql, label, seconds)` hears of each."""

    def __init__(
        self,
        dsn: str,
        *,
        size: int,
        wait: float,
        noted: Noted,
        server_settings: dict[str, str],
        **connect: Any,
    ) -> None:
        async def opened(tenant: str) -> TenantConnection:
            # With the message that opens it: no round trip of its own.
            settings = {**server_settings, SETTING: tenant}
            connection: TenantConnection = await asyncpg.connect(
                dsn, connection_class=TenantConnection, server_settings=settings, **connect
            )
            connection.tenant = connection.session_tenant = tenant
            await _read_json(connection)
            return connection

        self._pool, self._noted = ConnectionPool(opened, size=size, wait=wait), noted

    async def fetch(
        self, read: Read, label: str, parameters: dict[str, object], tenant: str
    ) -> Sequence[Any]:
        """Run a tenant's read outside any transaction; ConnectionError if there is no server, TimeoutError if
        it is too busy.
        """
        started = time.perf_counter()
        try:
            records = await self._fetch(tenant, read.sql, read.values(parameters))
        except _LOST as error:
            raise ConnectionError(str(error)) from error
        self._noted(read.sql, label, time.perf_counter() - started)
        return read.rows(records)

    async def close_idle(self) -> None:
        """Close the connections that were not needed since the last call."""
        await self._pool.close_idle()

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def _fetch(self, tenant: str, sql: str, values: list[Any]) -> list[Any]:
        connection = await self._pool.take(tenant)
        try:
            if connection.session_tenant != tenant:
                await connection.adopt(tenant)
            records = await connection.fetch(sql, *values)
        except BaseException as error:
            # A statement that is refused leaves the connection as it was. Whatever else happened (it is lost,
            # the read is cancelled), what may still be on its way must not meet the next statement.
            refused = isinstance(error, asyncpg.PostgresError) and not isinstance(error, _LOST)
            self._pool.give_back(connection, usable=refused)
            raise
        self._pool.give_back(connection)
        return records


async def _read_json(connection: Any) -> None:
    """JSON as SQLAlchemy's engine reads it: parsed by the driver, written by SQLAlchemy's types."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=str, decoder=orjson.loads, format="text"
        )
