"""Loaders of the orders subgraph: one statement a shard, also for lists with arguments of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Integer, Text, Uuid, bindparam, func, select, text

from subgraphs.common.connections import Page, merge_rows
from subgraphs.common.ids import parse_id
from subgraphs.common.loaders import AllShardsLoader, ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import OrderItemRow, OrderRatingRow, OrderRow, OrderStepRow
from .statuses import OPEN, OrderStatus

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
# The bounds let PostgreSQL prune partitions also in a generic plan, which cannot look into an array.
_BOUNDS = bindparam("low", type_=Uuid), bindparam("high", type_=Uuid)
_ORDERS = Read(select(OrderRow.__table__).where(OrderRow.id == _IDS, OrderRow.id.between(*_BOUNDS)))
_ITEMS = Read(
    select(OrderItemRow.__table__)
    .where(OrderItemRow.order_id == _IDS, OrderItemRow.order_id.between(*_BOUNDS))
    .order_by(OrderItemRow.order_id, OrderItemRow.line)
)
_STEPS = Read(
    select(OrderStepRow.__table__)
    .where(OrderStepRow.order_id == _IDS, OrderStepRow.order_id.between(*_BOUNDS))
    .order_by(OrderStepRow.order_id, OrderStepRow.at, OrderStepRow.status)
)
_RATINGS = Read(select(OrderRatingRow.__table__).where(OrderRatingRow.order_id == _IDS))
_ABOVE_ALL = UUID(int=(1 << 128) - 1)


class OrderById(ShardedLoader[UUID, OrderRow | None]):
    """Orders by id."""

    def shard_of(self, key: UUID) -> ShardId:
        """The id carries its customer's bucket."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, OrderRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(OrderRow, shard, _ORDERS, self.label, **_ids(keys))
        return {row.id: row for row in rows}

    def missing(self, key: UUID) -> OrderRow | None:
        """No such order."""
        return None


class OrderItemsByOrderId(ShardedLoader[UUID, list[OrderItemRow]]):
    """Items of orders, by line."""

    def shard_of(self, key: UUID) -> ShardId:
        """The order's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[OrderItemRow]]:
        """One statement."""
        found: dict[UUID, list[OrderItemRow]] = {}
        for row in await self.shards.fetch_as(OrderItemRow, shard, _ITEMS, self.label, **_ids(keys)):
            found.setdefault(row.order_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[OrderItemRow]:
        """Nothing in it."""
        return []


class OrderStepsByOrderId(ShardedLoader[UUID, list[OrderStepRow]]):
    """Timelines of orders, oldest step first."""

    def shard_of(self, key: UUID) -> ShardId:
        """The order's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, list[OrderStepRow]]:
        """One statement."""
        found: dict[UUID, list[OrderStepRow]] = {}
        for row in await self.shards.fetch_as(OrderStepRow, shard, _STEPS, self.label, **_ids(keys)):
            found.setdefault(row.order_id, []).append(row)
        return found

    def missing(self, key: UUID) -> list[OrderStepRow]:
        """No steps."""
        return []


class OrderRatingByOrderId(ShardedLoader[UUID, OrderRatingRow | None]):
    """What customers said of orders."""

    def shard_of(self, key: UUID) -> ShardId:
        """The order's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, OrderRatingRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(OrderRatingRow, shard, _RATINGS, self.label, ids=keys)
        return {row.order_id: row for row in rows}

    def missing(self, key: UUID) -> OrderRatingRow | None:
        """Not rated."""
        return None


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of a customer's or a vendor's orders, of some statuses or all.

    Its cursor is an order's id, which stands still: whatever status that order or those before it have
    meanwhile, the next page begins behind it.
    """

    owner_id: UUID
    statuses: tuple[OrderStatus, ...] | None
    page: Page

    @property
    def is_open(self) -> bool:
        """Whether all its orders are open ones: few, however many there have been."""
        return self.statuses is not None and set(self.statuses) <= set(OPEN)


# Each wanted page is a row of `wanted`; LATERAL lets each have its own bound and length in the one statement.
_PAGES = """
SELECT wanted.n, o.* FROM unnest(:ids, :befores, :limits, :statuses, :open) WITH ORDINALITY
    AS wanted(id, before, length, statuses, open, n)
CROSS JOIN LATERAL ({rows}) o ORDER BY wanted.n, o.id DESC
"""
_ROWS = """
    (SELECT * FROM orders.orders
    WHERE {column} = wanted.id AND orders.id < wanted.before
        AND (wanted.statuses IS NULL OR orders.status = ANY(string_to_array(wanted.statuses, ','))) {only}
    ORDER BY orders.id DESC LIMIT wanted.length)
"""
_OPEN_ONES = ", ".join(f"'{status.value}'" for status in OPEN)
_BINDS = (
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("befores", type_=ARRAY(Uuid)),
    bindparam("limits", type_=ARRAY(Integer)),
    bindparam("statuses", type_=ARRAY(Text)),
    bindparam("open", type_=ARRAY(Boolean)),
)
_OF_USER = _ROWS.format(column="customer_id", only="")
# A vendor has had so many orders that the open ones are looked for in an index of theirs.
_OF_VENDOR = " UNION ALL ".join(
    _ROWS.format(column="vendor_id", only=only)
    for only in (f"AND wanted.open AND orders.status IN ({_OPEN_ONES})", "AND NOT wanted.open")
)
_BY_USER = Read(text(_PAGES.format(rows=_OF_USER)).bindparams(*_BINDS))
_BY_VENDOR = Read(text(_PAGES.format(rows=_OF_VENDOR)).bindparams(*_BINDS))


class OrdersByUserId(ShardedLoader[OrdersPage, list[OrderRow]]):
    """Pages of customers' orders, newest first, each with one row more than it shows, if there is one."""

    def shard_of(self, key: OrdersPage) -> ShardId:
        """The customer's."""
        return self.shards.map.shard_of(key.owner_id)

    async def fetch(self, shard: ShardId, keys: list[OrdersPage]) -> Mapping[OrdersPage, list[OrderRow]]:
        """One statement."""
        return by_number(keys, await self.shards.fetch(shard, _BY_USER, self.label, **_page_binds(keys)))

    def missing(self, key: OrdersPage) -> list[OrderRow]:
        """No orders."""
        return []


class OrdersByVendorId(AllShardsLoader[OrdersPage, list[OrderRow]]):
    """Pages of vendors' orders, newest first, merged from all shards."""

    async def fetch(self, shard: ShardId, keys: list[OrdersPage]) -> Mapping[OrdersPage, list[OrderRow]]:
        """One statement."""
        return by_number(keys, await self.shards.fetch(shard, _BY_VENDOR, self.label, **_page_binds(keys)))

    def merge(self, key: OrdersPage, parts: list[list[OrderRow]]) -> list[OrderRow]:
        """The newest of all."""
        return merge_rows(parts, lambda row: row.id, key.page.limit)


def _ids(keys: Sequence[UUID]) -> dict[str, object]:
    return {"ids": keys, "low": min(keys), "high": max(keys)}


def _page_binds(keys: Sequence[OrdersPage]) -> dict[str, object]:
    afters = [key.page.after for key in keys]
    return {
        "ids": [key.owner_id for key in keys],
        "befores": [parse_id(str(after[0])) if after else _ABOVE_ALL for after in afters],
        "limits": [key.page.limit for key in keys],
        "statuses": [_written(key.statuses) for key in keys],
        "open": [key.is_open for key in keys],
    }


def _written(statuses: tuple[OrderStatus, ...] | None) -> str | None:
    return None if statuses is None else ",".join(status.value for status in statuses)
