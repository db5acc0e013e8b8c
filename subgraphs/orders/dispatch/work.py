"""What a dispatch job does: whatever its order's row says is to be done at the provider now."""

from __future__ import annotations

from uuid import UUID

from ..delivery import Dispatch
from ..loaders import OrderById
from .attempts import Dispatching
from .dispatch_order import dispatch_order
from .take_back import take_back


async def work_on(order_id: UUID, tools: Dispatching) -> float | None:
    """One attempt; returns the seconds to wait before the next, None if there is nothing left to do."""
    order = await OrderById(tools.shards).load(order_id)
    if order is None:
        return None
    if order.dispatch == Dispatch.WAITING.value:
        return await dispatch_order(order, tools)
    if order.dispatch == Dispatch.TAKING_BACK.value:
        return await take_back(order, tools)
    return None
