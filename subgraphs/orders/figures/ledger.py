"""Statements on the tables of figures: adding to days, remembering orders, replacing days.

Many rows go as one array for each column, in the order of their keys, so that two who add to the same days
wait for each other and never each for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime, Table, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from subgraphs.common.models import Base, table_of

from .additions import DAY_FIGURES, DAY_KEY, PRODUCT_FIGURES, PRODUCT_KEY
from .models import CountedOrderRow, ProductDayRow, VendorDayRow
from .span import Span

Row = Mapping[str, Any]
_COUNTED = ("vendor_id", "order_id", "tenant_id", "day", "stages", "placed_at")
# Of advisory locks on days; days are their second number.
_LOCKS = "hashtext('waybill figures'), day - DATE '2000-01-01'"


def _given(names: Sequence[str]) -> str:
    """Rows of these columns, from parameters that are called like them."""
    return f"SELECT * FROM unnest({', '.join(f':{name}' for name in names)}) AS given({', '.join(names)})"


def _binds(statement: str, table: Table, names: Sequence[str]) -> TextClause:
    return text(statement).bindparams(*(bindparam(name, type_=ARRAY(table.c[name].type)) for name in names))


def _addition(
    model: type[Base], key: Sequence[str], added: Sequence[str], replaced: Sequence[str] = ()
) -> TextClause:
    table = table_of(model)
    names = (*key, *replaced, *added)
    unique = ", ".join(name for name in key if name != "tenant_id")
    sums = [f"{name} = old.{name} + excluded.{name}" for name in added]
    sums += [f"{name} = excluded.{name}" for name in replaced]
    return _binds(
        f"INSERT INTO {table.fullname} AS old ({', '.join(names)}) {_given(names)} ORDER BY {unique} "
        f"ON CONFLICT ({unique}) DO UPDATE SET {', '.join(sums)}",
        table,
        names,
    )


_ADD = {
    VendorDayRow: _addition(VendorDayRow, DAY_KEY, DAY_FIGURES),
    ProductDayRow: _addition(ProductDayRow, PRODUCT_KEY, PRODUCT_FIGURES, ("name",)),
}
# The update that changes nothing locks the row and brings what stood in it.
_RECALL = _binds(
    f"INSERT INTO orders.counted_orders AS old ({', '.join(_COUNTED)}) "
    f"{_given(_COUNTED)} ORDER BY vendor_id, order_id "
    "ON CONFLICT (vendor_id, order_id) DO UPDATE SET stages = old.stages RETURNING order_id, old.stages",
    table_of(CountedOrderRow),
    _COUNTED,
)
_REMEMBER = _binds(
    "UPDATE orders.counted_orders AS old SET stages = old.stages | given.stages FROM "
    "unnest(:vendor_id, :order_id, :stages) AS given(vendor_id, order_id, stages) "
    "WHERE old.vendor_id = given.vendor_id AND old.order_id = given.order_id",
    table_of(CountedOrderRow),
    ("vendor_id", "order_id", "stages"),
)
_SHARE = text(
    f"SELECT coalesce(bool_and(pg_try_advisory_xact_lock_shared({_LOCKS})), true) FROM unnest(:days) AS day"
).bindparams(bindparam("days", type_=ARRAY(Date)))
_HOLD = text(
    f"SELECT pg_advisory_xact_lock({_LOCKS}) FROM (SELECT * FROM unnest(:days) AS day ORDER BY day) AS days"
).bindparams(bindparam("days", type_=ARRAY(Date)))
_DAYS = (bindparam("first", type_=Date), bindparam("last", type_=Date))
_MOMENTS = (
    bindparam("begins", type_=DateTime(timezone=True)),
    bindparam("ends", type_=DateTime(timezone=True)),
)
_CLEAR = [
    text("DELETE FROM orders.vendor_days WHERE day BETWEEN :first AND :last").bindparams(*_DAYS),
    text("DELETE FROM orders.product_days WHERE day BETWEEN :first AND :last").bindparams(*_DAYS),
    text(
        "DELETE FROM orders.counted_orders WHERE day BETWEEN :first AND :last "
        "AND placed_at BETWEEN :begins AND :ends"
    ).bindparams(*_DAYS, *_MOMENTS),
]


class DaysHeld(ConnectionError):
    """Somebody makes these days anew: for now they are as far away as a server that does not answer."""


async def share_days(connection: AsyncConnection, days: Iterable[Any]) -> None:
    """Keep the days from being made anew until the transaction ends; DaysHeld while they are."""
    shared = await connection.execute(_SHARE, {"days": sorted(set(days))})
    if not shared.scalar_one():
        raise DaysHeld("the figures of these days are being made anew")


async def hold_days(connection: AsyncConnection, span: Span) -> None:
    """Keep everybody else from adding to the days until the transaction ends."""
    await connection.execute(_HOLD, {"days": span.days})


async def recall(connection: AsyncConnection, orders: Sequence[Row]) -> dict[Any, int]:
    """The stages that were counted of orders, by id, and their rows locked; 0: nothing is remembered."""
    given = _columns([{**row, "stages": 0} for row in orders], _COUNTED)
    return {row.order_id: row.stages for row in await connection.execute(_RECALL, given)}


async def remember(connection: AsyncConnection, orders: Sequence[Row]) -> None:
    """Note that the `stages` of orders are counted."""
    await connection.execute(_REMEMBER, _columns(orders, ("vendor_id", "order_id", "stages")))


async def add_days(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Add to vendors' days."""
    if rows:
        await connection.execute(_ADD[VendorDayRow], _columns(rows, (*DAY_KEY, *DAY_FIGURES)))


async def add_products(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Add to products' days."""
    if rows:
        await connection.execute(
            _ADD[ProductDayRow], _columns(rows, (*PRODUCT_KEY, "name", *PRODUCT_FIGURES))
        )


async def clear_days(connection: AsyncConnection, span: Span) -> None:
    """Take the days out, and what is remembered of their orders."""
    given = {"first": span.first, "last": span.last}
    for statement in _CLEAR:
        moments = {"begins": span.begins, "ends": span.ends} if statement is _CLEAR[-1] else {}
        await connection.execute(statement, {**given, **moments})


async def remember_new(connection: AsyncConnection, orders: Sequence[Row]) -> None:
    """Note orders of which nothing is remembered."""
    if orders:
        await recall(connection, orders)
        await remember(connection, orders)


def _columns(rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}
