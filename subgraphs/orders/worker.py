"""The worker's part for orders: works off dispatch jobs, looks after lost ones, ends what is overdue."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import UUID

from subgraphs.common.background import every, keep_running
from subgraphs.common.json_calls import JsonCalls, json_calls
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .dispatch.attempts import Dispatching
from .dispatch.queue import DispatchQueue
from .dispatch.sweep import sweep
from .dispatch.work import work_on
from .end_overdue import Overdue
from .providers import HttpProvider
from .settings import OrdersSettings


async def run() -> None:
    """Work until SIGTERM or SIGINT."""
    settings = OrdersSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with (
        connect(settings) as connections,
        json_calls(connections=settings.provider_connections) as calls,
        asyncio.TaskGroup() as group,
    ):
        shards = connections.shards
        tools = Dispatching(shards, _provider(settings, calls), settings)

        overdue = Overdue(shards, settings)

        async def work(order_id: UUID) -> float | None:
            return await work_on(order_id, tools)

        async def dispatch() -> None:
            await DispatchQueue(settings, work).run(stop)

        group.create_task(keep_running("dispatch", dispatch, stop))
        for shard in shards.all:
            looking = partial(sweep, shards, shard, settings, stop)
            group.create_task(keep_running(f"sweep of orders on shard {shard}", looking, stop))
            ending = partial(every, settings.overdue_sweep_seconds, partial(overdue.end, shard), stop)
            group.create_task(keep_running(f"ending of overdue orders on shard {shard}", ending, stop))


def _provider(settings: OrdersSettings, calls: JsonCalls) -> HttpProvider:
    return HttpProvider(
        settings.provider_name,
        settings.provider_url,
        calls,
        settings.provider_retries,
        settings.provider_seconds,
    )
