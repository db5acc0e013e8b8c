"""Makes days anew from the rows of all shards, while nobody adds to them: orders wait until that is done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from subgraphs.common.database import Shards

from ..settings import OrdersSettings
from . import ledger
from .additions import DAY_KEY, PRODUCT_KEY, each_order, sums_by_day, sums_by_product
from .span import Span, spans_of

# Of older orders there is no need to note that they are counted: they have ended, as a rule.
_NOTED = timedelta(days=3)
Key = tuple[Any, ...]
Sums = dict[Key, dict[str, Any]]
ReadSums = Callable[[AsyncConnection, Span], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Remaking:
    """How many days are read at a time, and for how long one statement may run, in milliseconds."""

    days: int = 7
    statement_ms: int = 60_000

    @classmethod
    def by(cls, settings: OrdersSettings) -> Remaking:
        """As the settings say."""
        return cls(settings.figures_days, settings.figures_statement_ms)


async def remake_days(shards: Shards, days: Iterable[date], remaking: Remaking) -> None:
    """Replace the figures of all vendors of these days by what their orders' rows add up to."""
    for span in spans_of(days, remaking.days):
        async with long_transactions(shards, remaking.statement_ms) as connections:
            for connection in connections:  # in this order, so that two of us don't wait for each other
                await ledger.hold_days(connection, span)
            await _replace(shards, connections, span)


@asynccontextmanager
async def long_transactions(shards: Shards, statement_ms: int) -> AsyncIterator[list[AsyncConnection]]:
    """A transaction on every shard, with a time limit of its own for statements."""
    async with AsyncExitStack() as stack:
        connections = []
        for shard in shards.all:
            connection = await stack.enter_async_context(shards.writing_on(shard, "figures"))
            await connection.execute(text(f"SET LOCAL statement_timeout = {statement_ms:d}"))
            # While another shard's statement runs.
            await connection.execute(
                text(f"SET LOCAL idle_in_transaction_session_timeout = {2 * statement_ms:d}")
            )
            connections.append(connection)
        yield connections


async def day_sums(connections: Sequence[AsyncConnection], span: Span) -> Sums:
    """What the rows of all shards add up to, by vendor, day and currency."""
    return await _sums(connections, span, sums_by_day, DAY_KEY)


async def product_sums(connections: Sequence[AsyncConnection], span: Span) -> Sums:
    """The same by product."""
    return await _sums(connections, span, sums_by_product, PRODUCT_KEY)


async def _sums(
    connections: Sequence[AsyncConnection], span: Span, read: ReadSums, key: Sequence[str]
) -> Sums:
    found: Sums = {}
    for rows in await asyncio.gather(*(read(connection, span) for connection in connections)):
        for row in rows:
            part = row._mapping
            _add(found, tuple(part[name] for name in key), part, key)
    return found


def _add(found: Sums, place: Key, part: Mapping[str, Any], key: Sequence[str]) -> None:
    whole = found.get(place)
    if whole is None:
        found[place] = dict(part)
        return
    for name, value in part.items():
        if name not in key and name != "name":
            whole[name] += value


async def _replace(shards: Shards, connections: Sequence[AsyncConnection], span: Span) -> None:
    days = _by_shard(shards, (await day_sums(connections, span)).values())
    products = _by_shard(shards, (await product_sums(connections, span)).values())
    counted = _by_shard(shards, await _recent_orders(connections, span))
    for shard, connection in enumerate(connections):
        await ledger.clear_days(connection, span)
        await ledger.add_days(connection, days[shard])
        await ledger.add_products(connection, products[shard])
        await ledger.remember_new(connection, counted[shard])


async def _recent_orders(connections: Sequence[AsyncConnection], span: Span) -> list[Mapping[str, Any]]:
    if span.ends < datetime.now(UTC) - _NOTED:
        return []
    found = await asyncio.gather(*(each_order(connection, span) for connection in connections))
    return [row._mapping for rows in found for row in rows]


def _by_shard(shards: Shards, rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[shards.map.shard_of(row["vendor_id"])].append(row)
    return found
