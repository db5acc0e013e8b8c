"""One attempt to tell the delivery provider that an order which it has, or may have, came to its end.

Tried again like handing over. A provider that knows of no such order may only not know of it yet: a call of
a killed worker may still be under way. So it is asked again when none can be.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from .. import metrics
from ..delivery import Dispatch, tell_delivery
from ..models import OrderRow
from ..providers import ProviderFailed
from ..steps import lock_order
from .attempts import Dispatching, next_attempt

logger = logging.getLogger(__name__)


async def take_back(order: OrderRow, tools: Dispatching) -> float | None:
    """Try once; returns the seconds to wait before the next attempt, None if there is nothing left to do."""
    try:
        had_it = await tools.provider.cancel(order.id)
    except ProviderFailed as failure:
        return await _note_failure(order.id, failure, tools)
    if not had_it and (wait := _until_none_is_under_way(order, tools)) > 0:
        return wait
    await _end(order.id, Dispatch.TAKEN_BACK, tools)
    return None


def _until_none_is_under_way(order: OrderRow, tools: Dispatching) -> float:
    """Seconds until every call that began before the order ended has come to its end."""
    if order.take_back_since is None:
        return 0.0
    settings = tools.settings
    longest = timedelta(seconds=(settings.provider_seconds + 1) * (settings.provider_retries + 1))
    return (order.take_back_since + longest - tools.now()).total_seconds()


async def _note_failure(order_id: UUID, failure: ProviderFailed, tools: Dispatching) -> float | None:
    async with tools.shards.transaction(order_id, "take_back") as session:
        order = await lock_order(session, order_id)
        if order.dispatch != Dispatch.TAKING_BACK.value:
            return None
        order.attempts += 1
        again = next_attempt(order, failure, tools)
    if again is None:
        told = {"order": str(order_id), "provider": tools.provider.name, "reason": str(failure)}
        logger.error("order not taken back: its courier may come", extra=told)
        await _end(order_id, Dispatch.NOT_TAKEN_BACK, tools)
    return again


async def _end(order_id: UUID, dispatch: Dispatch, tools: Dispatching) -> None:
    async with tools.shards.transaction(order_id, "take_back") as session:
        order = await lock_order(session, order_id)
        if order.dispatch != Dispatch.TAKING_BACK.value:
            return
        order.dispatch = dispatch.value
        await tell_delivery(session, order)
    metrics.orders.labels(tools.provider.name, dispatch.value.lower(), order.region).inc()
