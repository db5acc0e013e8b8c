"""Writes placed orders of one customer in one statement, a transaction by itself. Which of them are new, out.

claim of the keys ─► orders, their first steps, their items, the events that tell of them
(nothing of an order whose key another request has: it waits for one that has not committed yet)

As statements of their own between BEGIN and COMMIT these were seven round trips, and a connection was taken
for as long: when many order at once, each of these turns waits for those of all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CTE, Table, select
from sqlalchemy.dialects.postgresql import insert

from subgraphs.common.database import Shards
from subgraphs.common.models import table_of
from subgraphs.common.outbox import emission_parameters, emissions
from subgraphs.common.reads import Write
from subgraphs.common.row_arrays import row_parameters, rows_of

from .models import OrderItemRow, OrderRow, OrderStepRow, PlacementRow
from .steps import event_payload


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order with its items (rows of `_ITEM`), and the key under which the customer asked for it."""

    order: OrderRow
    items: Sequence[Mapping[str, object]]
    key: str
    input_hash: bytes


_ORDERS, _ITEMS, _STEPS, _PLACEMENTS = map(table_of, (OrderRow, OrderItemRow, OrderStepRow, PlacementRow))
# What a new order has; all else begins as the server says, or as null.
_ORDER = (
    *("id", "customer_id", "tenant_id", "vendor_id", "status", "region", "currency"),
    *("items_total", "delivery_fee", "service_fee", "total", "street", "city", "lat", "lon", "note"),
    *("pickup_lat", "pickup_lon", "prep_minutes", "vendor_time_zone", "delivery_rule", "riders_offers"),
)
_PLACEMENT = ("customer_id", "key", "tenant_id", "order_id", "input_hash")
_STEP = ("order_id", "status", "customer_id", "tenant_id", "by_user")
_ITEM = ("product_id", "name", "quantity", "unit_price")
_LINE = ("order_id", "line", "customer_id", "tenant_id", *_ITEM)


def _claim() -> CTE:
    given = rows_of("placement", _PLACEMENTS, _PLACEMENT)
    claim = insert(_PLACEMENTS).from_select(_PLACEMENT, select(given)).on_conflict_do_nothing()
    return claim.returning(_PLACEMENTS.c.order_id).cte("claim")


def _rows(name: str, table: Table, columns: Sequence[str], claim: CTE) -> CTE:
    """Those of claimed orders; the first column names the order."""
    given = rows_of(name, table, columns)
    rows = select(given).select_from(given.join(claim, given.c[columns[0]] == claim.c.order_id))
    return insert(table).from_select(columns, rows).cte(f"the_{name}s")


def _statement() -> Write:
    claim = _claim()
    parts = (
        _rows("order", _ORDERS, _ORDER, claim),
        _rows("step", _STEPS, _STEP, claim),
        _rows("item", _ITEMS, _LINE, claim),
        emissions(claim),
    )
    return Write(select(claim.c.order_id).add_cte(*parts))


_WRITE_ORDERS = _statement()


async def write_orders(shards: Shards, new: Sequence[NewOrder]) -> set[UUID]:
    """Write them with everything that belongs to them; nothing is written of one whose key has an order."""
    shard = shards.map.shard_of(new[0].order.id)
    rows = await shards.write(shard, _WRITE_ORDERS, "placeOrder", **_parameters(new))
    return {row.order_id for row in rows}


def _parameters(new: Sequence[NewOrder]) -> dict[str, object]:
    payloads = {each.order.id: event_payload(each.order) for each in new}
    return {
        **row_parameters("placement", _PLACEMENT, [_placement(each) for each in new]),
        **row_parameters("order", _ORDER, [_order(each.order) for each in new]),
        **row_parameters("step", _STEP, [_step(each.order) for each in new]),
        **row_parameters("item", _LINE, [line for each in new for line in _lines(each)]),
        **emission_parameters("order.placed", payloads, tenant=new[0].order.tenant_id),
    }


def _placement(new: NewOrder) -> dict[str, object]:
    return {**_of_order(new.order), "key": new.key, "input_hash": new.input_hash}


def _order(order: OrderRow) -> dict[str, object]:
    return {name: getattr(order, name) for name in _ORDER}


def _step(order: OrderRow) -> dict[str, object]:
    return {**_of_order(order), "status": order.status, "by_user": order.customer_id}


def _lines(new: NewOrder) -> list[dict[str, object]]:
    its = _of_order(new.order)
    return [{**its, **item, "line": line} for line, item in enumerate(new.items, 1)]


def _of_order(order: OrderRow) -> dict[str, object]:
    return {"order_id": order.id, "customer_id": order.customer_id, "tenant_id": order.tenant_id}
