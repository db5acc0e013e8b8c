"""A page of vendors over all shards: the nearest first if a point is given, else the newest.

Those that are paused or closed are nobody's but the admins' (`states`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Uuid,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from search import Point
from subgraphs.common.connections import Connection, Page, connection, encode_cursor, merge_rows
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import parse_id

from .bounding_box import Box, box_around
from .delivery_cells import cells_at
from .models import DeliveryCellRow, VendorRow
from .vendor_state import VendorState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VendorFilter:
    """Which vendors of a tenant; `km` goes with `near`. `states` None: those that are active now."""

    tenant: str
    cuisine: str | None = None
    near: Point | None = None
    km: float = 0.0
    delivers_to: Point | None = None
    states: tuple[VendorState, ...] | None = None


async def list_vendors(
    shards: Shards, choice: VendorFilter, wanted: Page, node_of: Callable[[VendorRow], T]
) -> Connection[T]:
    """One statement a shard."""
    query = _nearest(choice, choice.near, wanted) if choice.near else _newest(choice, wanted)
    parts = await asyncio.gather(*(shards.fetch(shard, query, "vendors") for shard in shards.all))
    rows: list[Any] = merge_rows(parts, _key_of(choice), wanted.limit, newest_first=choice.near is None)
    return connection(rows, wanted, node_of, lambda row: _cursor(choice, row))


def _key_of(choice: VendorFilter) -> Callable[[Any], Any]:
    return (lambda row: (row.metres, row.id)) if choice.near else (lambda row: row.id)


def _cursor(choice: VendorFilter, row: Any) -> str:
    return encode_cursor(row.metres, str(row.id)) if choice.near else encode_cursor(str(row.id))


def _newest(choice: VendorFilter, wanted: Page) -> Select[Any]:
    query = select(VendorRow.__table__).where(*_conditions(choice))
    if wanted.after:
        query = query.where(VendorRow.id < parse_id(str(wanted.after[-1])))
    return query.order_by(VendorRow.id.desc()).limit(wanted.limit)


def _nearest(choice: VendorFilter, near: Point, wanted: Page) -> Select[Any]:
    here = func.public.ll_to_earth(near.lat, near.lon)
    there = func.public.ll_to_earth(VendorRow.lat, VendorRow.lon)
    metres: ColumnElement[float] = func.public.earth_distance(here, there)
    reach = choice.km * 1000
    query = select(VendorRow.__table__, metres.label("metres")).where(
        *_conditions(choice),
        # The box is what the index knows; its corners lie farther away than the reach. Operators of
        # earthdistance use no index behind row-level security: they might tell of rows that one may not see.
        *_within(box_around(near, reach)),
        metres <= reach,
    )
    if wanted.after:
        query = query.where(tuple_(metres, VendorRow.id) > tuple_(*_place(wanted)))
    return query.order_by(metres, VendorRow.id).limit(wanted.limit)


def _within(box: Box) -> list[ColumnElement[bool]]:
    west, east = VendorRow.lon >= box.west, VendorRow.lon <= box.east
    return [
        VendorRow.lat.between(box.south, box.north),
        and_(west, east) if box.west <= box.east else or_(west, east),
    ]


def _place(wanted: Page) -> tuple[Any, Any]:
    assert wanted.after is not None
    if len(wanted.after) != 2 or not isinstance(wanted.after[0], int | float):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "`after` is not a cursor of this list.", "after")
    return literal(float(wanted.after[0])), literal(parse_id(str(wanted.after[1])), Uuid)


def _conditions(choice: VendorFilter) -> list[ColumnElement[bool]]:
    conditions = [VendorRow.tenant_id == choice.tenant, _in_state(choice.states)]
    if choice.cuisine:
        conditions.append(VendorRow.cuisines.contains([choice.cuisine]))
    if choice.delivers_to:
        conditions += _delivering(choice.tenant, choice.delivers_to)
    return conditions


def _in_state(states: tuple[VendorState, ...] | None) -> ColumnElement[bool]:
    """As `state_of` has it: a pause ends by itself."""
    over = and_(VendorRow.state == VendorState.PAUSED.value, VendorRow.paused_until <= func.now())
    # `over` is null for a pause without an end.
    state = case((over, VendorState.ACTIVE.value), else_=VendorRow.state)
    return state.in_([each.value for each in states or (VendorState.ACTIVE,)])


def _delivering(tenant: str, place: Point) -> list[ColumnElement[bool]]:
    """By the index those that may, then exactly, as `delivers_to` has it."""
    by_cell = select(DeliveryCellRow.vendor_id).where(
        DeliveryCellRow.tenant_id == tenant,
        DeliveryCellRow.cell == func.any(literal(cells_at(place), ARRAY(BigInteger))),
    )
    uncovered = select(VendorRow.id).where(VendorRow.tenant_id == tenant, not_(VendorRow.covered))
    exactly = case(
        (
            func.jsonb_array_length(VendorRow.delivery_rings) > 0,
            func.catalog.is_within(VendorRow.delivery_rings, place.lat, place.lon),
        ),
        else_=func.catalog.kilometres(VendorRow.lat, VendorRow.lon, place.lat, place.lon)
        <= VendorRow.delivery_km,
    )
    return [VendorRow.id.in_(by_cell.union_all(uncovered)), exactly]
