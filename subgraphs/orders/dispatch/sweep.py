"""The net under the events: orders that wait for their dispatch too long get a job again.

Needed when Valkey lost its data between the relay and the worker; a job that exists is not doubled.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from subgraphs.common.database import Shards
from subgraphs.common.ids import first_id_at

from ..models import OrderRow
from ..settings import OrdersSettings
from .queue import DispatchQueue

logger = logging.getLogger(__name__)
_MOST = 1_000


async def waiting_orders(shards: Shards, older_than: timedelta) -> list[UUID]:
    """Ids of orders that were placed before and still wait; the partial index holds only such."""
    bound = first_id_at(datetime.now(UTC) - older_than)
    query = (
        select(OrderRow.id)
        .where(OrderRow.dispatch == "WAITING", OrderRow.id < bound)
        .order_by(OrderRow.id)
        .limit(_MOST)
    )
    parts = await asyncio.gather(*(shards.fetch(shard, query, "waiting_orders") for shard in shards.all))
    return [row.id for part in parts for row in part]


async def sweep(shards: Shards, queue: DispatchQueue, settings: OrdersSettings, stop: asyncio.Event) -> None:
    """Look every so often until `stop` is set."""
    age = timedelta(seconds=settings.dispatch_sweep_seconds)
    while not stop.is_set():
        try:
            if waiting := await waiting_orders(shards, age):
                await queue.enqueue(dict.fromkeys(waiting, ""))
        except (SQLAlchemyError, RedisError, OSError) as error:
            logger.warning("sweep interrupted", extra={"reason": str(error)})
        try:
            async with asyncio.timeout(settings.dispatch_sweep_seconds):
                await stop.wait()
        except TimeoutError:
            continue
