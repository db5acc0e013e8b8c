"""A vendor's categories: made, renamed, put in order, deleted; their products follow in the same transaction.

The vendor's row is held meanwhile: two who change one menu do so one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound, bad
from subgraphs.common.ids import new_id

from .checked import checked_text
from .models import CategoryRow, ProductRow, VendorRow
from .product_events import tell_products
from .resources import CatalogContext
from .save_vendor import changing

LONGEST_NAME = 100
_UNSYNCED = {"synchronize_session": False}


async def create_category(context: CatalogContext, vendor_id: UUID, name: str) -> CategoryRow:
    """Make a category at the menu's end; of one name there is one."""
    name = checked_text(name, "name", LONGEST_NAME, needed=True)
    async with changing(context, vendor_id, "create_category", "vendorId") as (session, vendor):
        await ensure_category(context, session, vendor, name)
        return await _by_name(session, vendor, name)


async def rename_category(context: CatalogContext, vendor_id: UUID, id: UUID, name: str) -> CategoryRow:
    """Give a category another name, and its products with it; CONFLICT if another one has it."""
    name = checked_text(name, "name", LONGEST_NAME, needed=True)
    async with changing(context, vendor_id, "rename_category", "vendorId") as (session, vendor):
        category = await _category(session, vendor, id)
        if category.name == name:
            return category
        taken = select(CategoryRow.id).where(CategoryRow.vendor_id == vendor.id, CategoryRow.name == name)
        if await session.scalar(taken):
            raise CodedError(ErrorCode.CONFLICT, "The menu has a category of this name.", "name")
        await _move_products(session, vendor, category.name, name)
        category.name = name
        await session.flush()
    return category


async def reorder_categories(
    context: CatalogContext, vendor_id: UUID, ids: Sequence[UUID]
) -> list[CategoryRow]:
    """Put these categories first, in this order; the others follow in theirs."""
    if len(set(ids)) < len(ids):
        raise bad("Each category may be there once.", "ids")
    async with changing(context, vendor_id, "reorder_categories", "vendorId") as (session, vendor):
        found = {row.id: row for row in await _all(session, vendor)}
        if not found.keys() >= set(ids):
            raise NotFound("This vendor has no such category.", "ids")
        rows = [*(found[id] for id in ids), *(row for id, row in found.items() if id not in ids)]
        places = case({row.id: place for place, row in enumerate(rows)}, value=CategoryRow.id)
        these = update(CategoryRow).where(CategoryRow.vendor_id == vendor.id)
        if rows:
            await session.execute(these.values(position=places), execution_options=_UNSYNCED)
    return rows


async def delete_category(context: CatalogContext, vendor_id: UUID, id: UUID) -> None:
    """Delete a category; its products stay, in none. One that is gone stays gone."""
    async with changing(context, vendor_id, "delete_category", "vendorId") as (session, vendor):
        this = CategoryRow.id == id, CategoryRow.vendor_id == vendor.id
        gone = await session.execute(delete(CategoryRow).where(*this).returning(CategoryRow.name))
        if name := gone.scalar():
            await _move_products(session, vendor, name, "")


async def ensure_category(
    context: CatalogContext, session: AsyncSession, vendor: VendorRow, name: str
) -> None:
    """Make a category unless there is one of its name, in a transaction that holds the vendor's row."""
    these = CategoryRow.vendor_id == vendor.id
    last = select(func.count(), func.max(CategoryRow.position), func.bool_or(CategoryRow.name == name))
    count, position, there = (await session.execute(last.where(these))).one()
    if there:
        return
    most = context.resources.settings.categories_max
    if count >= most:
        raise bad(f"A menu has at most {most} categories.", "category")
    key = {"id": new_id(like=vendor.id), "vendor_id": vendor.id, "tenant_id": vendor.tenant_id}
    place = 0 if position is None else position + 1
    await session.execute(insert(CategoryRow).values(**key, name=name, position=place))


async def _all(session: AsyncSession, vendor: VendorRow) -> Sequence[CategoryRow]:
    these = select(CategoryRow).where(CategoryRow.vendor_id == vendor.id)
    return (await session.scalars(these.order_by(CategoryRow.position, CategoryRow.name))).all()


async def _by_name(session: AsyncSession, vendor: VendorRow, name: str) -> CategoryRow:
    this = CategoryRow.vendor_id == vendor.id, CategoryRow.name == name
    return (await session.scalars(select(CategoryRow).where(*this))).one()


async def _category(session: AsyncSession, vendor: VendorRow, id: UUID) -> CategoryRow:
    row = await session.get(CategoryRow, (id, vendor.id))
    if row is None:
        raise NotFound("This vendor has no such category.", "id")
    return row


async def _move_products(session: AsyncSession, vendor: VendorRow, name: str, other: str) -> None:
    these = update(ProductRow).where(ProductRow.vendor_id == vendor.id, ProductRow.category == name)
    version = func.catalog.next_version(ProductRow.version)
    moved = await session.execute(
        these.values(category=other, version=version).returning(ProductRow.id), execution_options=_UNSYNCED
    )
    await tell_products(session, vendor, moved.scalars().all())
