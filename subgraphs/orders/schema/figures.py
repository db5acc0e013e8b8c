"""What sales reports and the marketplace's figures show, from rows of days and products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NewType
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.common.connections import Connection, Cursor, Page, connection, encode_cursor
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden
from subgraphs.common.ids import parse_id

from ..figures.loaders import (
    DaysByVendorSpan,
    DaysOfMarketplace,
    OrdersLately,
    ProductsByVendorSpan,
    ProductsPage,
    VendorSpan,
)
from ..figures.span import Span
from ..resources import Info
from .parts import Product

BigInt = NewType("BigInt", int)
BIG_INT = strawberry.scalar(
    name="BigInt",
    description="An integer that JSON's numbers hold exactly (to 2^53): sums are more than an Int can be.",
    serialize=int,
    parse_value=int,
)
# Over which time orders a minute are told.
_LATELY = timedelta(minutes=5)


@strawberry.type(description="A sum of money in minor units (cents, piastres, fils) of a currency.")
class Turnover:
    """Like `Money`, but as large as sums are."""

    amount: BigInt
    currency: str


@strawberry.type(description="How long something took, of the orders that came so far.")
class Timing:
    """From a sum and a count."""

    orders: int = strawberry.field(description="How many came so far.")
    average_seconds: float | None = strawberry.field(description="Null where none did.")

    @classmethod
    def of(cls, orders: int, milliseconds: int) -> Timing:
        """Show a sum."""
        return cls(orders=orders, average_seconds=milliseconds / orders / 1000 if orders else None)


@strawberry.type(description="What became of the orders that were placed in some time.")
class SalesFigures:
    """Sums of rows that have the figures of `vendor_days`."""

    orders: int = strawberry.field(description="All that were placed.")
    delivered: int
    cancelled: int
    rejected: int = strawberry.field(description="By the vendor, or because it did not answer.")
    failed: int = strawberry.field(description="Nobody could deliver them.")
    revenue: list[Turnover] = strawberry.field(
        description="What the items of delivered orders cost, without fees; one for each currency."
    )
    preparation: Timing = strawberry.field(description="From accepted to ready.")
    delivery: Timing = strawberry.field(description="From placed to delivered.")

    @classmethod
    def of(cls, rows: Sequence[Any]) -> SalesFigures:
        """Add rows up."""
        revenue: dict[str, int] = {}
        for row in rows:
            if row.delivered:
                revenue[row.currency] = revenue.get(row.currency, 0) + row.revenue
        delivered = sum(row.delivered for row in rows)
        return cls(
            orders=sum(row.orders for row in rows),
            delivered=delivered,
            cancelled=sum(row.cancelled for row in rows),
            rejected=sum(row.rejected for row in rows),
            failed=sum(row.failed for row in rows),
            revenue=[Turnover(amount=BigInt(sum_), currency=each) for each, sum_ in sorted(revenue.items())],
            preparation=Timing.of(sum(row.prepared for row in rows), sum(row.preparation_ms for row in rows)),
            delivery=Timing.of(delivered, sum(row.delivery_ms for row in rows)),
        )


@strawberry.type(description="The orders that were placed on a day, whenever they ended.")
class SalesDay:
    """By the vendor's clock."""

    day: date
    figures: SalesFigures


@strawberry.type(description="A product in those of the orders that have ended.")
class ProductSales:
    """In a currency; a product that had several is there for each."""

    product: Product
    name: str = strawberry.field(description="As one of its last orders calls it.")
    delivered: int = strawberry.field(description="Delivered orders that it was in.")
    undelivered: int = strawberry.field(description="Orders with it that were cancelled, rejected or failed.")
    quantity: int = strawberry.field(description="Pieces that were delivered.")
    revenue: Turnover = strawberry.field(description="What those cost.")

    @classmethod
    def of(cls, row: Any) -> ProductSales:
        """Show a row."""
        return cls(
            product=Product(id=strawberry.ID(str(row.product_id))),
            name=row.name,
            delivered=row.delivered,
            undelivered=row.undelivered,
            quantity=row.quantity,
            revenue=Turnover(amount=BigInt(row.revenue), currency=row.currency),
        )


@strawberry.type(description="What a vendor sold from one day to another, both included, by its own clock.")
class SalesReport:
    """From the rows of the days; products are read where they are asked for."""

    from_: date = strawberry.field(name="from")
    to: date
    totals: SalesFigures
    days: list[SalesDay] = strawberry.field(description="Days with orders, the oldest first.")
    wanted: strawberry.Private[VendorSpan]

    @strawberry.field(description="What sold for most comes first.")
    async def products(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[ProductSales]:
        """One statement a shard for all reports of a level."""
        page = _products_page(info.context.page(first, after))
        wanted = ProductsPage(self.wanted.vendor_id, self.wanted.span, page)
        rows = await _loaders(info).products.load(wanted)
        return connection(rows, page, ProductSales.of, _product_cursor)


@strawberry.federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="A marketplace's orders from one day to another, each by its vendor's clock.",
)
class MarketplaceFigures:
    """Of the caller's own marketplace."""

    id: strawberry.ID = strawberry.federation.field(description="The marketplace's.")
    from_: date = strawberry.federation.field(name="from")
    to: date
    totals: SalesFigures
    days: list[SalesDay] = strawberry.federation.field(description="Days with orders, the oldest first.")

    @strawberry.federation.field(description="Orders a minute that are placed now: over the last 5 minutes.")
    async def orders_a_minute(self, info: Info) -> float:
        """Whatever days the rest is about."""
        return await _loaders(info).lately.load(_LATELY) / (_LATELY / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class _Loaders:
    """Of a request; they read where reports are read."""

    days: DaysByVendorSpan
    products: ProductsByVendorSpan
    marketplace: DaysOfMarketplace
    lately: OrdersLately


async def sales_report(info: Info, vendor_id: str, first: date, last: date) -> SalesReport:
    """A vendor's; FORBIDDEN for all but its staff and admins."""
    wanted = VendorSpan(_own_vendor(info, vendor_id), _checked_span(info, first, last))
    rows = await _loaders(info).days.load(wanted)
    return SalesReport(from_=first, to=last, totals=SalesFigures.of(rows), days=by_day(rows), wanted=wanted)


async def today(info: Info, vendor_id: str, time_zone: str | None) -> SalesDay:
    """A vendor's present day; FORBIDDEN for all but its staff and admins."""
    day = _day_in(time_zone)
    rows = await _loaders(info).days.load(VendorSpan(_own_vendor(info, vendor_id), Span(day, day)))
    return SalesDay(day=day, figures=SalesFigures.of(rows))


async def marketplace_figures(info: Info, first: date, last: date) -> MarketplaceFigures:
    """The caller's; whether he may see them has been decided."""
    span = _checked_span(info, first, last)
    rows = await _loaders(info).marketplace.load(span)
    return MarketplaceFigures(
        id=strawberry.ID(info.context.caller.tenant),
        from_=first,
        to=last,
        totals=SalesFigures.of(rows),
        days=by_day(rows),
    )


def _own_vendor(info: Info, vendor_id: str) -> UUID:
    id, caller = parse_id(vendor_id), info.context.caller
    caller.signed_in()
    if not caller.works_for(id):
        raise Forbidden("Only the vendor may see its figures.")
    return id


def _checked_span(info: Info, first: date, last: date) -> Span:
    most = info.context.resources.settings.report_days_max
    if not first <= last:
        raise CodedError(ErrorCode.BAD_USER_INPUT, "`to` must not be before `from`.", "to")
    if (last - first).days >= most:
        raise CodedError(ErrorCode.BAD_USER_INPUT, f"A report is of at most {most} days.", "to")
    return Span(first, last)


def _day_in(time_zone: str | None) -> date:
    try:
        zone = ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.now(zone).date()


def _loaders(info: Info) -> _Loaders:
    context = info.context

    def make() -> _Loaders:
        shards = context.resources.reports.of(context.caller.tenant)
        return _Loaders(
            DaysByVendorSpan(shards),
            ProductsByVendorSpan(shards),
            DaysOfMarketplace(shards),
            OrdersLately(shards),
        )

    return context.kept(_Loaders, make)


def by_day(rows: Iterable[Any]) -> list[SalesDay]:
    """Rows of a day, whatever their currency, as one."""
    days: dict[date, list[Any]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    return [SalesDay(day=day, figures=SalesFigures.of(own)) for day, own in days.items()]


def _product_cursor(row: Any) -> str:
    return encode_cursor(row.revenue, str(row.product_id), row.currency)


def _products_page(page: Page) -> Page:
    """Refuse the cursor of another list here: in the loader it would fail all who share the statement."""
    if page.after and not _is_product_cursor(page.after):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "`after` is not a cursor of this list.", "after")
    return page


def _is_product_cursor(after: Cursor) -> bool:
    try:
        revenue, product, currency = after
        Decimal(revenue), UUID(str(product))
    except (ValueError, InvalidOperation):
        return False
    return isinstance(revenue, int) and isinstance(currency, str)
