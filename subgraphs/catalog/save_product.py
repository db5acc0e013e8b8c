"""Making and changing products, by the vendor's staff; each change and its event commit together."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound, bad
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit

from .categories import ensure_category
from .checked import DEAREST, checked_key
from .models import ProductRow, ProductSaveRow, VendorRow
from .product_status import ProductStatus
from .resources import CatalogContext
from .save_vendor import changing, check_works_for

_LONGEST = {"name": 200, "description": 4000, "category": 100, "image": 2000}
_MOST_TAGS, _LONGEST_TAG = 30, 50


# What a new product has unless something else is given.
_NEW: dict[str, Any] = {
    "description": "",
    "category": "",
    "image": None,
    "available": True,
    "tags": [],
    "status": ProductStatus.ACTIVE.value,
}


@dataclass(frozen=True, slots=True)
class Save:
    """A wanted save: of the product `id`, or of a new one that `key` tells from others.

    `changes` are columns of the product with their new values; of an existing one all others stay.
    """

    vendor_id: UUID
    changes: dict[str, Any]
    id: UUID | None = None
    key: str | None = None


async def save_product(context: CatalogContext, save: Save) -> UUID:
    """Save and return the product's id; the same save again changes nothing."""
    check_works_for(context, save.vendor_id)
    changes = _checked(save.changes)
    checked_key(save.key)
    async with changing(context, save.vendor_id, "save_product", "vendorId") as (session, vendor):
        if category := changes.get("category"):
            await ensure_category(context, session, vendor, category)
        if save.id is None:
            return await _create(session, vendor, save.key, _of_new(changes))
        return await _change(session, vendor, save.id, changes)


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as they are written; BAD_USER_INPUT for what cannot be kept."""
    changes = dict(changes)
    for field in ("name", "category"):
        if field in changes:
            changes[field] = changes[field].strip()
    if changes.get("name") == "":
        raise bad("The name must not be empty.", "name")
    for field, longest in _LONGEST.items():
        if len(changes.get(field) or "") > longest:
            raise bad(f"Longer than {longest} characters.", field)
    if not 0 <= changes.get("price", 0) <= DEAREST:
        raise bad(f"The price must be between 0 and {DEAREST}.", "price")
    tags = changes.get("tags", ())
    if len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
        message = f"At most {_MOST_TAGS} tags, of at most {_LONGEST_TAG} characters."
        raise bad(message, "tags")
    return changes


def _of_new(changes: dict[str, Any]) -> dict[str, Any]:
    """All that a new product has."""
    for field in ("name", "price"):
        if field not in changes:
            raise bad(f"A new product needs a {field}.", field)
    return {**_NEW, **changes}


async def _create(session: AsyncSession, vendor: VendorRow, key: str | None, values: dict[str, Any]) -> UUID:
    id = new_id(like=vendor.id)
    earlier = await claim_key(session, vendor, key, values, id)
    if earlier is not None:
        return earlier
    last = select(func.coalesce(func.max(ProductRow.position), -1)).where(ProductRow.vendor_id == vendor.id)
    await session.execute(
        insert(ProductRow).values(
            id=id,
            vendor_id=vendor.id,
            tenant_id=vendor.tenant_id,
            currency=vendor.currency,
            position=last.scalar_subquery() + 1,
            **values,
        )
    )
    await _tell(session, vendor, id)
    return id


async def claim_key(
    session: AsyncSession, vendor: VendorRow, key: str | None, values: dict[str, Any], id: UUID
) -> UUID | None:
    """Note what the key makes, or return what it made before; CONFLICT if that was of other values."""
    hashed = sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).digest()
    key = key or f"derived:{hashed.hex()}"
    note = insert_or(ProductSaveRow).values(
        vendor_id=vendor.id, key=key, tenant_id=vendor.tenant_id, product_id=id, input_hash=hashed
    )
    done = await session.execute(note.on_conflict_do_nothing().returning(ProductSaveRow.product_id))
    if done.first():
        return None
    this = ProductSaveRow.vendor_id == vendor.id, ProductSaveRow.key == key
    earlier = (await session.scalars(select(ProductSaveRow).where(*this))).one()
    if earlier.input_hash != hashed:
        raise CodedError(ErrorCode.CONFLICT, "This key saved another product.", "idempotencyKey")
    return earlier.product_id


async def _change(session: AsyncSession, vendor: VendorRow, id: UUID, changes: dict[str, Any]) -> UUID:
    this = ProductRow.id == id, ProductRow.vendor_id == vendor.id
    product = (await session.scalars(select(ProductRow).where(*this).with_for_update())).first()
    if product is None or product.deleted_at is not None:
        raise NotFound("This vendor has no such product.", "id")
    if changes.get("status") == ProductStatus.DRAFT.value != product.status:
        message = "What was on the menu is no draft again: make it unavailable, or delete it."
        raise CodedError(ErrorCode.ILLEGAL_STATUS, message, "status")
    if all(getattr(product, name) == value for name, value in changes.items()):
        return id
    version = func.catalog.next_version(ProductRow.version)
    change = update(ProductRow).where(*this).values(**changes, version=version)
    await session.execute(change, execution_options={"synchronize_session": False})
    await _tell(session, vendor, id)
    return id


async def _tell(session: AsyncSession, vendor: VendorRow, id: UUID) -> None:
    payload = {"id": str(id), "vendorId": str(vendor.id)}
    await emit(session, "product.saved", id, payload, tenant=vendor.tenant_id)
