"""Proves the figures by the rows: piece by piece of days, all shards side by side. Out: what differs.

Orders go on while this reads, and an order's event takes a moment to be counted. So days that differ are
looked at again a little later, and only what goes on differing is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from subgraphs.common.database import Shards

from .additions import DAY_FIGURES, DAY_KEY, PRODUCT_FIGURES, PRODUCT_KEY
from .remake import Remaking, Sums, day_sums, long_transactions, product_sums
from .span import Span, spans_of

# How often days that differ are looked at, and seconds between.
LOOKS, _PAUSE = 4, 1.0
_SPAN = (bindparam("first", type_=Date), bindparam("last", type_=Date))


def _stored(table: str) -> Any:
    return text(f"SELECT * FROM orders.{table} WHERE day BETWEEN :first AND :last").bindparams(*_SPAN)


_VENDOR_DAYS, _PRODUCT_DAYS = _stored("vendor_days"), _stored("product_days")
_BOUNDS = text(
    "SELECT least((SELECT min(orders.day_at(placed_at, vendor_time_zone)) FROM "
    "(SELECT placed_at, vendor_time_zone FROM orders.orders ORDER BY id LIMIT 1) AS oldest), "
    "(SELECT min(day) FROM orders.vendor_days)) AS first, "
    "greatest((SELECT max(orders.day_at(placed_at, vendor_time_zone)) FROM "
    "(SELECT placed_at, vendor_time_zone FROM orders.orders ORDER BY id DESC LIMIT 1) AS newest), "
    "(SELECT max(day) FROM orders.vendor_days)) AS last"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Figures of a vendor's day, or of a product in it: as rows say, and as they stand; None: not at all."""

    tenant: str
    vendor_id: Any
    day: date
    currency: str
    product_id: Any
    expected: dict[str, int] | None
    found: dict[str, int] | None

    def __str__(self) -> str:
        what = f"product {self.product_id} of vendor" if self.product_id else "vendor"
        return (
            f"{self.day} {what} {self.vendor_id} ({self.tenant}, {self.currency}): "
            f"{_shown(self.expected, self.found)}"
        )


async def verify(
    shards: Shards, span: Span, remaking: Remaking, told: Callable[[Span], None], *, looks: int = LOOKS
) -> list[Difference]:
    """What differs in these days after so many looks; `told` hears of each piece that is done."""
    found: list[Difference] = []
    for piece in span.pieces(remaking.days):
        differing = await _compare(shards, piece, remaking)
        for _ in range(looks - 1):
            if not differing:
                break
            await asyncio.sleep(_PAUSE)
            differing = await _look_again(shards, differing, remaking)
        found.extend(differing)
        told(piece)
    return found


async def whole_span(shards: Shards) -> Span | None:
    """From the first day that an order, or a figure, is of to the last; None if there are none.

    The days beside are in it: which of a shard's orders has the first is known by its id alone.
    """
    rows = [(await shards.fetch(shard, _BOUNDS, "figures"))[0] for shard in shards.all]
    firsts, lasts = [row.first for row in rows if row.first], [row.last for row in rows if row.last]
    if not firsts:
        return None
    return Span(_beside(min(firsts), -1), _beside(max(lasts), 1))


def _beside(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


async def _look_again(shards: Shards, before: Iterable[Difference], remaking: Remaking) -> list[Difference]:
    """Of the days that differed, what differs still at the same places."""
    places = {_place(each) for each in before}
    found: list[Difference] = []
    for span in spans_of((each.day for each in before), remaking.days):
        found.extend(each for each in await _compare(shards, span, remaking) if _place(each) in places)
    return found


def _place(each: Difference) -> tuple[Any, ...]:
    return each.vendor_id, each.day, each.currency, each.product_id


async def _compare(shards: Shards, span: Span, remaking: Remaking) -> list[Difference]:
    async with long_transactions(shards, remaking.statement_ms) as connections:
        days = await _stored_rows(connections, span, _VENDOR_DAYS, DAY_KEY)
        products = await _stored_rows(connections, span, _PRODUCT_DAYS, PRODUCT_KEY)
        return [
            *_differences(await day_sums(connections, span), days, DAY_FIGURES),
            *_differences(await product_sums(connections, span), products, PRODUCT_FIGURES),
        ]


async def _stored_rows(
    connections: Sequence[AsyncConnection], span: Span, statement: Any, key: Sequence[str]
) -> Sums:
    given = {"first": span.first, "last": span.last}
    found: Sums = {}
    for result in await asyncio.gather(*(each.execute(statement, given) for each in connections)):
        found.update({tuple(row[name] for name in key): dict(row) for row in result.mappings()})
    return found


def _differences(expected: Sums, found: Sums, names: Sequence[str]) -> Iterator[Difference]:
    for place in {**expected, **found}:
        want, have = _figures(expected.get(place), names), _figures(found.get(place), names)
        if want != have:
            row = expected.get(place) or found[place]
            yield Difference(
                tenant=row["tenant_id"],
                vendor_id=row["vendor_id"],
                day=row["day"],
                currency=row["currency"],
                product_id=row.get("product_id"),
                expected=want,
                found=have,
            )


def _figures(row: Any, names: Sequence[str]) -> dict[str, int] | None:
    return None if row is None else {name: row[name] for name in names}


def _shown(expected: dict[str, int] | None, found: dict[str, int] | None) -> str:
    if found is None:
        return f"there are none, rows say {_plain(expected)}"
    if expected is None:
        return f"{_plain(found)}, rows say there are none"
    names = [name for name in expected if expected[name] != found[name]]
    return ", ".join(f"{name} {found[name]}, rows say {expected[name]}" for name in names)


def _plain(figures: dict[str, int] | None) -> str:
    return " ".join(f"{name}={value}" for name, value in (figures or {}).items())
