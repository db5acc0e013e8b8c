"""One attempt to hand an order to the delivery provider.

Safe to repeat and to kill anywhere: the provider knows the order by its id, and the row tells whether it is
done. A provider that is away for a while costs no order: only its refusals (4xx) are counted, else it is
tried for `dispatch_give_up_seconds`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, case, update

from subgraphs.common.database import Shards
from subgraphs.common.errors import NotFound
from subgraphs.common.models import table_of
from subgraphs.common.outbox import emit

from .. import metrics
from ..loaders import OrderById
from ..models import OrderRow
from ..providers import Provider, ProviderFailed, ProviderRefused, Shipment
from ..settings import OrdersSettings
from ..statuses import FINAL, OrderStatus
from ..steps import Step, event_payload, lock_order, take_step

logger = logging.getLogger(__name__)

# Beyond any pause that is set, and far below where a float ends.
_MOST_DOUBLINGS = 30
_ORDERS = table_of(OrderRow).c
# Cancelled meanwhile: the reference is kept, so that the provider can be told.
_TAKEN = (
    update(table_of(OrderRow))
    .where(_ORDERS.id == bindparam("order"), _ORDERS.dispatch != "DONE")
    .values(
        provider=bindparam("by"),
        provider_reference=bindparam("reference"),
        attempts=_ORDERS.attempts + 1,
        dispatch=case((_ORDERS.dispatch == "WAITING", "DONE"), else_=_ORDERS.dispatch),
    )
    .returning(*_ORDERS)
)


@dataclass(frozen=True, slots=True)
class Dispatching:
    """What an attempt needs."""

    shards: Shards
    provider: Provider
    settings: OrdersSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


async def dispatch_order(order_id: UUID, tools: Dispatching) -> float | None:
    """Try once; returns the seconds to wait before the next attempt, None if there is nothing left to do."""
    order = await OrderById(tools.shards).load(order_id)
    if order is None or order.dispatch != "WAITING":
        return None
    try:
        reference = await tools.provider.dispatch(_shipment(order))
    except ProviderFailed as failure:
        return await _note_failure(order_id, failure, tools)
    await _note_success(order_id, reference, tools)
    return None


async def _note_success(order_id: UUID, reference: str, tools: Dispatching) -> None:
    taken = {"order": order_id, "by": tools.provider.name, "reference": reference}
    async with tools.shards.writing_on(tools.shards.map.shard_of(order_id), "dispatch") as connection:
        order = cast("OrderRow | None", (await connection.execute(_TAKEN, taken)).first())
        if order is None:
            return
        payload = {**event_payload(order), "provider": order.provider, "reference": reference}
        await emit(connection, "order.dispatched", order.id, payload, tenant=order.tenant_id)
    metrics.orders.labels(tools.provider.name, "dispatched", order.region).inc()
    told = {"order": str(order_id), "provider": tools.provider.name, "reference": reference}
    logger.info("order dispatched", extra=told)


async def _note_failure(order_id: UUID, failure: ProviderFailed, tools: Dispatching) -> float | None:
    async with tools.shards.transaction(order_id, "dispatch") as session:
        try:
            order = await lock_order(session, order_id)
        except NotFound:
            return None
        if order.dispatch != "WAITING":
            return None
        order.attempts += 1
        order.provider = tools.provider.name
        again = _next_attempt(order, failure, tools.settings, tools.now())
        if again is not None:
            return again
        order.dispatch = "FAILED"
        if OrderStatus(order.status) not in FINAL:
            await take_step(session, order, Step(OrderStatus.FAILED, note=f"No provider took it: {failure}"))
    metrics.orders.labels(tools.provider.name, "failed", order.region).inc()
    return None


def _next_attempt(
    order: OrderRow, failure: ProviderFailed, settings: OrdersSettings, now: datetime
) -> float | None:
    """Seconds until the next attempt; None if it is to be given up. Notes on the order what counts."""
    if isinstance(failure, ProviderRefused):
        order.refusals, order.provider_away_since = order.refusals + 1, None
        return None if order.refusals >= settings.dispatch_attempts else _pause(order.refusals, settings)
    # Not reached, or in trouble itself, which says nothing of the order: only time counts.
    order.provider_away_since = order.provider_away_since or now
    if now - order.provider_away_since >= timedelta(seconds=settings.dispatch_give_up_seconds):
        return None
    return _pause(order.attempts, settings)


def _pause(attempts: int, settings: OrdersSettings) -> float:
    doubled = settings.dispatch_backoff_seconds * 2.0 ** min(attempts - 1, _MOST_DOUBLINGS)
    return min(doubled, settings.dispatch_pause_max_seconds)


def _shipment(order: OrderRow) -> Shipment:
    lat, lon = order.pickup_lat, order.pickup_lon
    return Shipment(
        order_id=order.id,
        pickup=(lat, lon) if lat is not None and lon is not None else None,
        destination=(order.lat, order.lon),
        total=order.total,
        currency=order.currency,
    )
