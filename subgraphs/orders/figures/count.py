"""Counts orders as they are placed, made and ended: `order.placed` and `order.status` in, figures out.

An event only says which order to look at. What the order adds is read from its rows, and of that what has not
been counted is added, in one transaction with the note of it: an event that comes twice, late, or in the
wrong order changes nothing. Whoever was killed before the commit has added nothing.

Notes do not last for ever (upkeep: `counted_order_days`). An order that is more than a day old and of which
there is no note may have been counted or not: its day is then made anew from the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from subgraphs.common.database import Shards
from subgraphs.common.events import Event

from .. import metrics
from . import ledger
from .additions import DAY_FIGURES, DAY_KEY, PRODUCT_KEY, STAGE_OF, Stage, of_orders
from .remake import Remaking, remake_days

_TOPICS = frozenset({"order.placed", "order.status"})
# Those between them add nothing.
_COUNTED = frozenset({"PENDING", "READY", "DELIVERED", "CANCELLED", "REJECTED", "FAILED"})
# Shorter than `counted_order_days` can be.
_NOTED_FOR_SURE = timedelta(days=1)


@dataclass(slots=True)
class _Work:
    """What is to be counted on one shard: orders' additions, and lines of orders that ended, by order."""

    orders: list[Mapping[str, Any]] = field(default_factory=list)
    lines: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class CountOrders:
    """The consumer."""

    shards: Shards
    remaking: Remaking

    NAME = "orders.figures"

    async def handle(self, events: Sequence[Event]) -> None:
        """Count the orders that the events are about; one transaction on each vendors' shard."""
        wanted = {event.key for event in events if _is_counted(event)}
        for shard, work in sorted((await self._read(wanted)).items()):
            if unknown := await self._count(shard, work):
                await remake_days(self.shards, unknown, self.remaking)

    async def _read(self, ids: Iterable[UUID]) -> dict[int, _Work]:
        work: dict[int, _Work] = defaultdict(_Work)
        for shard, group in self.shards.map.group(sorted(ids)).items():
            orders, lines = await of_orders(self.shards, shard, group)
            at = {row.order_id: self.shards.map.shard_of(row.vendor_id) for row in orders}
            for row in orders:
                work[at[row.order_id]].orders.append(row._asdict())
            for line in lines:
                work[at[line.order_id]].lines[line.order_id].append(line)
        return work

    async def _count(self, shard: int, work: _Work) -> set[date]:
        """Returns the days that must be made anew."""
        async with self.shards.writing_on(shard, self.NAME) as connection:
            await ledger.share_days(connection, (order["day"] for order in work.orders))
            before = await ledger.recall(connection, work.orders)
            new = [
                {**order, "stages": order["stages"] & ~before[order["order_id"]]}
                for order in work.orders
                if not _is_unknown(order, before)
            ]
            await ledger.remember(connection, new)
            await ledger.add_days(connection, _sums(map(_of_day, new), DAY_KEY))
            products = (row for order in new for row in _of_products(order, work.lines))
            await ledger.add_products(connection, _sums(products, (*PRODUCT_KEY, "name")))
        _measure(new)
        return {order["day"] for order in work.orders if _is_unknown(order, before)}


def _is_counted(event: Event) -> bool:
    return event.topic in _TOPICS and event.payload["status"] in _COUNTED


def _is_unknown(order: Mapping[str, Any], before: Mapping[UUID, int]) -> bool:
    return not before[order["order_id"]] and order["placed_at"] < datetime.now(UTC) - _NOTED_FOR_SURE


def _of_day(order: Mapping[str, Any]) -> dict[str, Any]:
    key = {name: order[name] for name in DAY_KEY}
    return key | {name: order[name] if order["stages"] & STAGE_OF[name] else 0 for name in DAY_FIGURES}


def _of_products(order: Mapping[str, Any], lines: Mapping[UUID, list[Any]]) -> Iterable[dict[str, Any]]:
    if not order["stages"] & Stage.ENDED:
        return
    for line in lines.get(order["order_id"], ()):
        sold = line.quantity if order["delivered"] else 0
        yield {name: order[name] for name in DAY_KEY} | {
            "product_id": line.product_id,
            "name": line.name,
            "delivered": order["delivered"],
            "undelivered": 1 - order["delivered"],
            "quantity": sold,
            "revenue": sold * line.unit_price,
        }


def _sums(rows: Iterable[dict[str, Any]], key: Sequence[str]) -> list[dict[str, Any]]:
    """One row a key; `name` is the last one's, and no key: the same product may have had two."""
    same = [name for name in key if name != "name"]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        sum_ = found.setdefault(tuple(row[name] for name in same), dict.fromkeys(row, 0))
        for name, value in row.items():
            sum_[name] = value if name in key else sum_[name] + value
    return [sum_ for sum_ in found.values() if any(sum_[name] for name in sum_ if name not in key)]


def _measure(orders: Iterable[Mapping[str, Any]]) -> None:
    for order in orders:
        if order["stages"] & Stage.PLACED:
            metrics.placed.labels(order["region"]).inc()
        if order["stages"] & Stage.ENDED and order["delivered"]:
            metrics.delivery_seconds.labels(order["region"]).observe(order["delivery_ms"] / 1000)
