"""Writes a placed order in one statement, a transaction by itself. An order in; whether it is new, out.

claim of the key ─► order, its first step, its items, the event that tells of it
(nothing, if another request has the key: it waits for one that has not committed yet)

As statements of their own between BEGIN and COMMIT these were seven round trips, and a connection was taken
for as long: when many order at once, each of these turns waits for those of all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, CTE, BindParameter, Table, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import insert

from subgraphs.common.database import Shards
from subgraphs.common.models import table_of
from subgraphs.common.outbox import emission, emission_parameters
from subgraphs.common.reads import Write

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
# What the server does not fill in by itself, and whose vendor may have said otherwise.
_ORDER = [
    each.name
    for each in _ORDERS.columns
    if each.server_default is None or each.name in ("delivery_rule", "riders_offers")
]
_PLACEMENT = ("customer_id", "key", "tenant_id", "order_id", "input_hash")
_STEP = ("order_id", "status", "customer_id", "tenant_id", "by_user")
_ITEM = ("product_id", "name", "quantity", "unit_price")
_OF_ITS_ORDER = ("order_id", "customer_id", "tenant_id")


def _binds(prefix: str, table: Table, names: Iterable[str]) -> list[BindParameter[Any]]:
    return [bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names]


def _claim() -> CTE:
    values = dict(zip(_PLACEMENT, _binds("placement", _PLACEMENTS, _PLACEMENT), strict=True))
    claim = insert(_PLACEMENTS).values(values).on_conflict_do_nothing()
    return claim.returning(_PLACEMENTS.c.order_id).cte("claim")


def _row(prefix: str, table: Table, names: Sequence[str], claim: CTE) -> CTE:
    row = select(*_binds(prefix, table, names)).select_from(claim)
    return insert(table).from_select(names, row).cte(f"the_{prefix}")


def _all_items(claim: CTE) -> CTE:
    """`unnest` of one array for each column; an item's line is its place in them."""
    arrays = [bindparam(f"items_{name}", type_=ARRAY(_ITEMS.c[name].type)) for name in _ITEM]
    given = func.unnest(*arrays).table_valued(
        *(column(name, _ITEMS.c[name].type) for name in _ITEM), with_ordinality="line"
    )
    item = given.render_derived(name="item")
    own = [item.c[name] for name in (*_ITEM, "line")]
    row = select(*_binds("item", _ITEMS, _OF_ITS_ORDER), *own).select_from(claim.join(item, true()))
    return insert(_ITEMS).from_select((*_OF_ITS_ORDER, *_ITEM, "line"), row).cte("the_items")


def _statement() -> Write:
    claim = _claim()
    parts = (
        _row("order", _ORDERS, _ORDER, claim),
        _row("step", _STEPS, _STEP, claim),
        _all_items(claim),
        emission(claim),
    )
    return Write(select(claim.c.order_id).add_cte(*parts))


_WRITE_ORDER = _statement()


async def write_order(shards: Shards, new: NewOrder) -> bool:
    """Write it with everything that belongs to it; False, and nothing written, if the key has an order."""
    shard = shards.map.shard_of(new.order.id)
    return bool(await shards.write(shard, _WRITE_ORDER, "placeOrder", **_parameters(new)))


def _parameters(new: NewOrder) -> dict[str, object]:
    order = new.order
    its = {"order_id": order.id, "customer_id": order.customer_id, "tenant_id": order.tenant_id}
    placement = {**its, "key": new.key, "input_hash": new.input_hash}
    step = {**its, "status": order.status, "by_user": order.customer_id}
    return {
        **{f"placement_{name}": value for name, value in placement.items()},
        **{f"order_{name}": getattr(order, name) for name in _ORDER},
        **{f"step_{name}": value for name, value in step.items()},
        **{f"item_{name}": value for name, value in its.items()},
        **{f"items_{name}": [item[name] for item in new.items] for name in _ITEM},
        **emission_parameters("order.placed", order.id, event_payload(order), tenant=order.tenant_id),
    }
