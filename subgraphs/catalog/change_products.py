"""Changes of many products at once, and their end: each in one transaction, all of it or nothing.

setAvailability, changePrices ─► UPDATE … RETURNING ─► one `product.batch`
deleteProduct ─► deleted_at ─► `product.deleted`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Numeric, case, cast, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import NotFound, bad
from subgraphs.common.outbox import emit

from .checked import DEAREST, checked_key, checked_number
from .models import CategoryRow, ProductRow, VendorRow
from .product_events import tell_products
from .resources import CatalogContext
from .save_product import claim_key
from .save_vendor import changing

_PERCENT_LEAST, _PERCENT_MOST = -99.0, 1000.0


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Either prices by product, or so many percent more for a category; those need a key to be told apart."""

    vendor_id: UUID
    prices: Mapping[UUID, int] | None = None
    category_id: UUID | None = None
    percent: float | None = None
    key: str | None = None


async def set_availability(
    context: CatalogContext, vendor_id: UUID, ids: Sequence[UUID], available: bool
) -> list[UUID]:
    """Whether these can be ordered; returns their ids, also of those that were so before."""
    _check_count(context, ids, "productIds")
    async with changing(context, vendor_id, "set_availability", "vendorId") as (session, vendor):
        await _check_there(session, vendor, ids, "productIds")
        these = ProductRow.id.in_(ids), ProductRow.available != available
        await _change(session, vendor, these, {"available": available})
    return list(dict.fromkeys(ids))


async def change_prices(context: CatalogContext, change: PriceChange) -> list[UUID]:
    """Returns the ids of the products that the change is about."""
    if change.prices is not None and change.category_id is None and change.percent is None:
        return await _set_prices(context, change.vendor_id, change.prices)
    if change.prices is None and change.category_id is not None and change.percent is not None:
        return await _raise_prices(context, change, change.category_id, change.percent)
    raise bad("Give either prices, or a category with a percentage.", "prices")


async def delete_product(context: CatalogContext, vendor_id: UUID, id: UUID) -> None:
    """Take a product off the menu for good; orders that have it go on showing it."""
    async with changing(context, vendor_id, "delete_product", "vendorId") as (session, vendor):
        product = await session.get(ProductRow, (id, vendor.id))
        if product is None:
            raise NotFound("This vendor has no such product.", "id")
        if product.deleted_at is None:
            version = func.catalog.next_version(ProductRow.version)
            this = update(ProductRow).where(ProductRow.id == id, ProductRow.vendor_id == vendor.id)
            gone = this.values(deleted_at=func.now(), version=version)
            await session.execute(gone, execution_options={"synchronize_session": False})
            payload = {"id": str(id), "vendorId": str(vendor.id)}
            await emit(session, "product.deleted", id, payload, tenant=vendor.tenant_id)


async def _set_prices(context: CatalogContext, vendor_id: UUID, prices: Mapping[UUID, int]) -> list[UUID]:
    ids = list(prices)
    _check_count(context, ids, "prices")
    for price in prices.values():
        checked_number(price, "prices", 0, DEAREST)
    async with changing(context, vendor_id, "change_prices", "vendorId") as (session, vendor):
        await _check_there(session, vendor, ids, "prices")
        new = case({id: literal(price, Integer) for id, price in prices.items()}, value=ProductRow.id)
        await _change(session, vendor, (ProductRow.id.in_(ids), ProductRow.price != new), {"price": new})
    return ids


async def _raise_prices(
    context: CatalogContext, change: PriceChange, category_id: UUID, percent: float
) -> list[UUID]:
    if not _PERCENT_LEAST <= percent <= _PERCENT_MOST:
        raise bad(f"Between {_PERCENT_LEAST:g} and {_PERCENT_MOST:g}.", "percent")
    if checked_key(change.key) is None:
        raise bad("Ten percent twice is not once: this change needs a key.", "idempotencyKey")
    async with changing(context, change.vendor_id, "change_prices", "vendorId") as (session, vendor):
        category = await session.get(CategoryRow, (category_id, vendor.id))
        if category is None:
            raise NotFound("This vendor has no such category.", "categoryId")
        these = ProductRow.category == category.name, ProductRow.deleted_at.is_(None)
        asked = {"category": str(category_id), "percent": percent}
        if await claim_key(session, vendor, change.key, asked, vendor.id) is None:
            factor = cast(literal(100.0 + percent), Numeric) / 100
            new = cast(func.round(ProductRow.price * factor), Integer)
            await _check_dearest(session, vendor, these, factor)
            await _change(session, vendor, (*these, ProductRow.price != new), {"price": new})
        found = await session.scalars(select(ProductRow.id).where(ProductRow.vendor_id == vendor.id, *these))
        return list(found)


async def _check_dearest(
    session: AsyncSession,
    vendor: VendorRow,
    these: Sequence[ColumnElement[bool]],
    factor: ColumnElement[Any],
) -> None:
    dearest = select(func.max(ProductRow.price) * factor).where(ProductRow.vendor_id == vendor.id, *these)
    if (await session.scalar(dearest) or 0) > DEAREST:
        raise bad(f"A price must be between 0 and {DEAREST}.", "percent")


async def _change(
    session: AsyncSession, vendor: VendorRow, these: Sequence[ColumnElement[bool]], values: dict[str, Any]
) -> None:
    """Change what is not so yet, and tell of it."""
    version = func.catalog.next_version(ProductRow.version)
    change = update(ProductRow).where(ProductRow.vendor_id == vendor.id, *these)
    changed = await session.execute(
        change.values(**values, version=version).returning(ProductRow.id),
        execution_options={"synchronize_session": False},
    )
    await tell_products(session, vendor, changed.scalars().all())


async def _check_there(session: AsyncSession, vendor: VendorRow, ids: Sequence[UUID], field: str) -> None:
    these = ProductRow.vendor_id == vendor.id, ProductRow.id.in_(ids), ProductRow.deleted_at.is_(None)
    lacking = set(ids) - set(await session.scalars(select(ProductRow.id).where(*these)))
    if lacking:
        raise NotFound(f'This vendor has no product "{min(lacking)}".', field)


def _check_count(context: CatalogContext, ids: Sequence[UUID], field: str) -> None:
    most = context.resources.settings.product_batch
    if not 1 <= len(ids) <= most:
        raise bad(f"Between 1 and {most} products.", field)
