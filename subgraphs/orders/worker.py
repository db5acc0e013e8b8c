"""The worker process's own coroutine: works off the dispatch jobs and looks after lost ones."""

from __future__ import annotations

import asyncio

from subgraphs.common.json_calls import json_calls
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .dispatch.dispatch_order import Dispatching, dispatch_order
from .dispatch.queue import DispatchQueue
from .dispatch.sweep import sweep
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
    ):
        provider = HttpProvider(
            settings.provider_name,
            settings.provider_url,
            calls,
            settings.provider_retries,
            settings.provider_seconds,
        )
        tools = Dispatching(connections.shards, provider, settings)
        queue = DispatchQueue(settings, lambda order_id: dispatch_order(order_id, tools))
        async with DispatchQueue(settings) as sweeping, asyncio.TaskGroup() as group:
            group.create_task(queue.run(stop))
            group.create_task(sweep(connections.shards, sweeping, settings, stop))
