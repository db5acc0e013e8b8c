"""The net under the events: orders that wait for their dispatch too long get a job again.

Needed when Valkey lost its data between the relay and the worker; a job that exists is not doubled.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from subgraphs.common.background import every
from subgraphs.common.database import Shards
from subgraphs.common.ids import first_id_at

from ..models import OrderRow
from ..settings import OrdersSettings
from .queue import DispatchQueue

_MOST = 1_000


async def waiting_orders(shards: Shards, shard: int, older_than: timedelta) -> list[UUID]:
    """Ids of a shard's orders that were placed before and still wait; the partial index holds only such."""
    bound = first_id_at(datetime.now(UTC) - older_than)
    query = (
        select(OrderRow.id)
        .where(OrderRow.dispatch == "WAITING", OrderRow.id < bound)
        .order_by(OrderRow.id)
        .limit(_MOST)
    )
    return [row.id for row in await shards.fetch(shard, query, "waiting_orders")]


async def sweep(shards: Shards, shard: int, settings: OrdersSettings, stop: asyncio.Event) -> None:
    """Look at a shard every so often until `stop` is set."""
    age = timedelta(seconds=settings.dispatch_sweep_seconds)

    async def look() -> None:
        if waiting := await waiting_orders(shards, shard, age):
            async with DispatchQueue(settings) as queue:
                await queue.enqueue(dict.fromkeys(waiting, ""))

    await every(settings.dispatch_sweep_seconds, look, stop)
