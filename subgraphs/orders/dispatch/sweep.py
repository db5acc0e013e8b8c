"""The net under the events: orders that wait too long for what is to be done at a provider get a job again.

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

from ..delivery import Dispatch
from ..models import OrderRow
from ..settings import OrdersSettings
from .queue import DispatchQueue

_MOST = 1_000


_WAITING = (Dispatch.WAITING.value, Dispatch.TAKING_BACK.value)


async def waiting_orders(shards: Shards, shard: int, older_than: timedelta) -> dict[Dispatch, list[UUID]]:
    """A shard's orders that were placed before, by what they wait for; the partial index holds only such."""
    bound = first_id_at(datetime.now(UTC) - older_than)
    query = (
        select(OrderRow.id, OrderRow.dispatch)
        .where(OrderRow.dispatch.in_(_WAITING), OrderRow.id < bound)
        .order_by(OrderRow.id)
        .limit(_MOST)
    )
    rows = await shards.fetch(shard, query, "waiting_orders")
    found: dict[Dispatch, list[UUID]] = {}
    for row in rows:
        found.setdefault(Dispatch(row.dispatch), []).append(row.id)
    return found


async def sweep(shards: Shards, shard: int, settings: OrdersSettings, stop: asyncio.Event) -> None:
    """Look at a shard every so often until `stop` is set."""
    age = timedelta(seconds=settings.dispatch_sweep_seconds)

    async def look() -> None:
        if waiting := await waiting_orders(shards, shard, age):
            async with DispatchQueue(settings) as queue:
                for dispatch, ids in waiting.items():
                    back = dispatch is Dispatch.TAKING_BACK
                    await queue.enqueue(dict.fromkeys(ids, ""), taking_back=back)

    await every(settings.dispatch_sweep_seconds, look, stop)
