"""One attempt to hand an order to the delivery provider.

Safe to repeat and to kill anywhere: the provider knows the order by its id, and the row tells whether it is
done. An order that ended while the call was under way is taken back at once.
"""

from __future__ import annotations

import logging
from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, case, func, update

from subgraphs.common.errors import NotFound
from subgraphs.common.models import table_of
from subgraphs.common.outbox import emit

from .. import metrics
from ..delivery import Dispatch, tell_delivery
from ..models import OrderRow
from ..providers import ProviderFailed, ProviderRefused, Shipment
from ..statuses import OrderStatus
from ..steps import Step, event_payload, lock_order, take_step
from .attempts import Dispatching, next_attempt
from .take_back import take_back

logger = logging.getLogger(__name__)
_ORDERS = table_of(OrderRow).c
# Ended meanwhile, and nobody knew that the provider has it: it is to be taken back.
_ENDED = _ORDERS.dispatch.not_in((Dispatch.WAITING.value, Dispatch.TAKING_BACK.value))
_TAKEN = (
    update(table_of(OrderRow))
    .where(_ORDERS.id == bindparam("order"), _ORDERS.dispatch != Dispatch.DONE.value)
    .values(
        provider=bindparam("by"),
        provider_reference=bindparam("reference"),
        attempts=_ORDERS.attempts + 1,
        provider_away_since=None,
        take_back_since=case((_ENDED, func.now()), else_=_ORDERS.take_back_since),
        dispatch=case(
            (_ORDERS.dispatch == Dispatch.WAITING.value, Dispatch.DONE.value),
            else_=Dispatch.TAKING_BACK.value,
        ),
    )
    .returning(*_ORDERS)
)


async def dispatch_order(order: OrderRow, tools: Dispatching) -> float | None:
    """Try once; returns the seconds to wait before the next attempt, None if there is nothing left to do."""
    try:
        reference = await tools.provider.dispatch(_shipment(order))
    except ProviderFailed as failure:
        return await _note_failure(order.id, failure, tools)
    taken = await _note_success(order.id, reference, tools)
    if taken and taken.dispatch == Dispatch.TAKING_BACK.value:
        return await take_back(taken, tools)
    return None


async def _note_success(order_id: UUID, reference: str, tools: Dispatching) -> OrderRow | None:
    taken = {"order": order_id, "by": tools.provider.name, "reference": reference}
    async with tools.shards.writing_on(tools.shards.map.shard_of(order_id), "dispatch") as connection:
        order = cast("OrderRow | None", (await connection.execute(_TAKEN, taken)).first())
        if order is None or order.dispatch != Dispatch.DONE.value:
            return order
        payload = {**event_payload(order), "provider": order.provider, "reference": reference}
        await emit(connection, "order.dispatched", order.id, payload, tenant=order.tenant_id)
        await tell_delivery(connection, order)
    metrics.orders.labels(tools.provider.name, "dispatched", order.region).inc()
    told = {"order": str(order_id), "provider": tools.provider.name, "reference": reference}
    logger.info("order dispatched", extra=told)
    return order


async def _note_failure(order_id: UUID, failure: ProviderFailed, tools: Dispatching) -> float | None:
    async with tools.shards.transaction(order_id, "dispatch") as session:
        try:
            order = await lock_order(session, order_id)
        except NotFound:
            return None
        if order.dispatch != Dispatch.WAITING.value:
            return 0.0 if order.dispatch == Dispatch.TAKING_BACK.value else None
        order.attempts += 1
        order.provider = tools.provider.name
        again = next_attempt(order, failure, tools)
        if again is not None:
            return again
        # One that did not answer may have it all the same: taking the step takes it back.
        if isinstance(failure, ProviderRefused):
            order.dispatch = Dispatch.FAILED.value
        await take_step(session, order, Step(OrderStatus.FAILED, note=f"No provider took it: {failure}"))
    metrics.orders.labels(tools.provider.name, "failed", order.region).inc()
    return None


def _shipment(order: OrderRow) -> Shipment:
    lat, lon = order.pickup_lat, order.pickup_lon
    return Shipment(
        order_id=order.id,
        pickup=(lat, lon) if lat is not None and lon is not None else None,
        destination=(order.lat, order.lon),
        total=order.total,
        currency=order.currency,
    )
