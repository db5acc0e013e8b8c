"""What orders add to the figures: said once, in SQL over their rows, for one order as for all of a year.

In: orders by id, or the days that they were placed on. Out: a row an order, or sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from subgraphs.common.database import Shards
from subgraphs.common.reads import Read

from .span import Span


class Stage(IntFlag):
    """What of an order can be counted: each once, and then it is as it is for ever."""

    PLACED = 1
    PREPARED = 2
    ENDED = 4


DAY_KEY = ("vendor_id", "day", "currency", "tenant_id")
PRODUCT_KEY = ("vendor_id", "day", "product_id", "currency", "tenant_id")
# From which stage on an order adds to a column of `vendor_days`.
STAGE_OF = {
    "orders": Stage.PLACED,
    "prepared": Stage.PREPARED,
    "preparation_ms": Stage.PREPARED,
    **dict.fromkeys(("delivered", "cancelled", "rejected", "failed", "revenue", "delivery_ms"), Stage.ENDED),
}
DAY_FIGURES = tuple(STAGE_OF)
PRODUCT_FIGURES = ("delivered", "undelivered", "quantity", "revenue")

# The bounds let PostgreSQL leave out the months that no wanted order is of.
_STEP = (
    "LEFT JOIN orders.order_steps AS {0} ON {0}.order_id = o.id AND {0}.customer_id = o.customer_id "
    "AND {0}.status = '{1}' AND {0}.order_id BETWEEN :low AND :high"
)
_OF_ORDERS = f"""
SELECT o.id AS order_id, o.vendor_id, o.tenant_id, o.currency, o.placed_at, o.region,
    orders.day_at(o.placed_at, o.vendor_time_zone) AS day,
    1 AS orders,
    (o.status = 'DELIVERED')::int AS delivered,
    (o.status = 'CANCELLED')::int AS cancelled,
    (o.status = 'REJECTED')::int AS rejected,
    (o.status = 'FAILED')::int AS failed,
    CASE o.status WHEN 'DELIVERED' THEN o.items_total ELSE 0 END AS revenue,
    (ready.at IS NOT NULL AND accepted.at IS NOT NULL)::int AS prepared,
    coalesce(extract(epoch FROM ready.at - accepted.at) * 1000, 0)::bigint AS preparation_ms,
    CASE o.status WHEN 'DELIVERED' THEN
        coalesce(extract(epoch FROM delivered.at - o.placed_at) * 1000, 0) ELSE 0 END::bigint AS delivery_ms,
    {Stage.PLACED:d}
        | CASE WHEN ready.at IS NOT NULL AND accepted.at IS NOT NULL THEN {Stage.PREPARED:d} ELSE 0 END
        | CASE WHEN o.status IN ('DELIVERED', 'CANCELLED', 'REJECTED', 'FAILED')
            THEN {Stage.ENDED:d} ELSE 0 END AS stages
FROM orders.orders AS o
{_STEP.format("accepted", "ACCEPTED")}
{_STEP.format("ready", "READY")}
{_STEP.format("delivered", "DELIVERED")}
WHERE o.id BETWEEN :low AND :high"""
# Materialized, so that a day is worked out once for what it is asked for and for what it is told.
_OF_DAYS = f"""
WITH given AS MATERIALIZED ({_OF_ORDERS}), added AS (
    SELECT * FROM given WHERE day BETWEEN :first AND :last
)"""
_BOUNDS = (bindparam("low", type_=Uuid), bindparam("high", type_=Uuid))
_SPAN = (*_BOUNDS, bindparam("first", type_=Date), bindparam("last", type_=Date))
_IDS = (*_BOUNDS, bindparam("ids", type_=ARRAY(Uuid)))

_BY_ID = Read(text(f"{_OF_ORDERS} AND o.id = ANY(:ids)").bindparams(*_IDS))
_LINES = Read(
    text(
        "SELECT order_id, product_id, name, quantity, unit_price FROM orders.order_items "
        "WHERE order_id = ANY(:ids) AND order_id BETWEEN :low AND :high"
    ).bindparams(*_IDS)
)
_EACH = text(f"{_OF_DAYS} SELECT order_id, vendor_id, tenant_id, day, stages, placed_at FROM added")
_DAYS = text(
    f"{_OF_DAYS} SELECT {', '.join(DAY_KEY)}, "
    + ", ".join(f"sum({name})::bigint AS {name}" for name in DAY_FIGURES)
    + f" FROM added GROUP BY {', '.join(DAY_KEY)}"
)
_PRODUCTS = text(
    f"""{_OF_DAYS}
SELECT {", ".join(PRODUCT_KEY)}, max(item.name) AS name,
    sum(delivered)::bigint AS delivered, sum(1 - delivered)::bigint AS undelivered,
    sum(delivered * quantity)::bigint AS quantity,
    sum(delivered * quantity::bigint * unit_price)::bigint AS revenue
FROM added JOIN (SELECT order_id, product_id, name, quantity, unit_price FROM orders.order_items
    WHERE order_id BETWEEN :low AND :high) AS item USING (order_id)
WHERE stages & {Stage.ENDED:d} > 0 GROUP BY {", ".join(PRODUCT_KEY)}"""
)


async def of_orders(shards: Shards, shard: int, ids: Sequence[UUID]) -> tuple[Sequence[Any], Sequence[Any]]:
    """What each of a shard's orders adds, and in which `stages` it is; and the lines of those that ended."""
    found = await shards.fetch(shard, _BY_ID, "OrderAdditions", **_among(ids))
    ended = [row.order_id for row in found if row.stages & Stage.ENDED]
    if not ended:
        return found, ()
    return found, await shards.fetch(shard, _LINES, "OrderLines", **_among(ended))


async def sums_by_day(connection: AsyncConnection, span: Span) -> Sequence[Any]:
    """What a shard's orders of the days add, by `DAY_KEY`."""
    return await _of_span(connection, _DAYS, span)


async def sums_by_product(connection: AsyncConnection, span: Span) -> Sequence[Any]:
    """What a shard's orders of the days add, by `PRODUCT_KEY`."""
    return await _of_span(connection, _PRODUCTS, span)


async def each_order(connection: AsyncConnection, span: Span) -> Sequence[Any]:
    """A shard's orders of the days, with the stages that they are in."""
    return await _of_span(connection, _EACH, span)


async def _of_span(connection: AsyncConnection, statement: Any, span: Span) -> Sequence[Any]:
    given = {**span.ids, "first": span.first, "last": span.last}
    return (await connection.execute(statement.bindparams(*_SPAN), given)).all()


def _among(ids: Sequence[UUID]) -> dict[str, object]:
    return {"ids": list(ids), "low": min(ids), "high": max(ids)}
