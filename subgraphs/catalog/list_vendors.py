"""A page of vendors over all shards: the nearest first if a point is given, else the newest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Uuid, and_, func, literal, or_, select, tuple_

from search import Point
from subgraphs.common.connections import Connection, Page, connection, encode_cursor, merge_rows
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import parse_id

from .bounding_box import Box, box_around
from .models import VendorRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VendorFilter:
    """Which vendors of a tenant; `km` goes with `near`."""

    tenant: str
    cuisine: str | None = None
    near: Point | None = None
    km: float = 0.0


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
    conditions = [VendorRow.tenant_id == choice.tenant]
    if choice.cuisine:
        conditions.append(VendorRow.cuisines.contains([choice.cuisine]))
    return conditions
