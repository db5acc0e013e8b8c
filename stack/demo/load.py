"""Load rows in bulk: PostgreSQL's binary COPY, all shards side by side, in bounded memory.

In: rows with their table and shard, as an iterator. Out: what is committed, and progress on the way.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

FLUSH_ROWS = 20_000  # rows held in memory over all tables; about 20 MB
# For one transaction alone, as PgBouncer may stand in between. Commits need not wait for the disk: the last
# step, ANALYZE, does.
BULK = "SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = 0"


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the columns in the order of its rows' values."""

    schema: str
    name: str
    columns: tuple[str, ...]


class Placed(NamedTuple):
    """A row and where it goes."""

    table: Table
    shard: int
    values: tuple[object, ...]


@asynccontextmanager
async def shard_connections(dsns: Sequence[str]) -> AsyncIterator[list[asyncpg.Connection]]:
    """Connect to every shard."""
    async with AsyncExitStack() as stack:
        connections = []
        for dsn in dsns:
            connection = await asyncpg.connect(dsn, statement_cache_size=0)
            stack.push_async_callback(connection.close)
            connections.append(connection)
        yield connections


async def load(
    connections: Sequence[asyncpg.Connection], rows: Iterable[Placed], flushed: Callable[[], None]
) -> int:
    """Copy all rows; returns how many. A transaction, if one is wanted, is the caller's."""
    buffers: dict[int, dict[Table, list[tuple[object, ...]]]] = defaultdict(lambda: defaultdict(list))
    total = held = 0
    for row in rows:
        buffers[row.shard][row.table].append(row.values)
        held += 1
        if held >= FLUSH_ROWS:
            await _flush(connections, buffers)
            total, held = total + held, 0
            flushed()
    await _flush(connections, buffers)
    flushed()
    return total + held


async def _flush(
    connections: Sequence[asyncpg.Connection], buffers: dict[int, dict[Table, list[tuple[object, ...]]]]
) -> None:
    await asyncio.gather(*(_copy(connections[shard], tables) for shard, tables in buffers.items()))
    buffers.clear()


async def _copy(connection: asyncpg.Connection, tables: dict[Table, list[tuple[object, ...]]]) -> None:
    async with connection.transaction():  # an order comes with its items and its timeline
        await connection.execute(BULK)
        for table, records in tables.items():
            await connection.copy_records_to_table(
                table.name, schema_name=table.schema, columns=table.columns, records=records
            )


async def analyze(connections: Sequence[asyncpg.Connection]) -> None:
    """Let the planner know what is there; returns when all that was loaded is safe on the disk."""
    await asyncio.gather(*(_analyze(connection) for connection in connections))


async def _analyze(connection: asyncpg.Connection) -> None:
    async with connection.transaction():  # its commit is not one of BULK's
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("ANALYZE")
