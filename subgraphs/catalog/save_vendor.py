"""Making vendors, by admins, and changing them, by their staff too; a change and its event commit together.

A new vendor's bucket is its idempotency key's, so that the same key meets the vendor that it made before.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound, bad
from subgraphs.common.ids import bucket_of_text, new_id
from subgraphs.common.models import TENANTS_SHARD, TenantRow
from subgraphs.common.outbox import emit

from .checked import checked_key
from .checked_vendor import Columns, check_reach, checked_vendor
from .delivery_cells import cover
from .models import VendorRow
from .resources import CatalogContext
from .vendor_state import VendorState

_CURRENCY = re.compile(r"[A-Z]{3}")
# Columns that its delivery cells are made of.
_COVERED_BY = frozenset({"lat", "lon", "delivery_km", "delivery_rings"})


async def create_vendor(
    context: CatalogContext, values: dict[str, Any], currency: str | None, key: str | None
) -> UUID:
    """Make a vendor and return its id; the same again, under the same key, makes none."""
    context.caller.require(Role.ADMIN)
    tenant = context.caller.tenant
    columns = checked_vendor(values, context.resources.settings)
    hashed = sha256(orjson.dumps([columns, currency], option=orjson.OPT_SORT_KEYS)).digest()
    key = checked_key(key) or f"derived:{hashed.hex()}"
    columns = {**await _of_tenant(context, currency), **columns}
    if "region" not in columns:
        raise bad("A vendor of a marketplace without a region needs one of its own.", "region")
    id = new_id(bucket_of_text(f"{tenant} {key}"))
    made = {"id": id, "tenant_id": tenant, "made_key": key, "made_hash": hashed}
    async with context.shards.transaction(id, "create_vendor") as session:
        row = insert(VendorRow).values({**columns, **made}).on_conflict_do_nothing()
        if (await session.execute(row.returning(VendorRow.id))).first() is None:
            return await _made_before(session, tenant, key, hashed)
        await _cover(context, session, await locked_vendor(context, session, id))
        await tell(session, "vendor.created", id, tenant)
    return id


async def update_vendor(context: CatalogContext, id: UUID, values: dict[str, Any]) -> None:
    """Change what is given of a vendor; the same again changes nothing."""
    columns = checked_vendor(values, context.resources.settings)
    async with changing(context, id, "update_vendor") as (session, vendor):
        await _write(context, session, vendor, columns)


async def pause_vendor(context: CatalogContext, id: UUID, until: datetime | None) -> None:
    """Take no orders until a moment or, by None, until it is resumed."""
    if until is not None:
        until = until.replace(tzinfo=until.tzinfo or UTC)
        if until <= datetime.now(UTC):
            raise bad("A pause ends in the future.", "until")
    async with changing(context, id, "pause_vendor") as (session, vendor):
        columns = {"state": VendorState.PAUSED.value, "paused_until": until}
        await _write(context, session, vendor, columns)


async def resume_vendor(context: CatalogContext, id: UUID) -> None:
    """Take orders again."""
    async with changing(context, id, "resume_vendor") as (session, vendor):
        columns = {"state": VendorState.ACTIVE.value, "paused_until": None}
        await _write(context, session, vendor, columns)


async def close_vendor(context: CatalogContext, id: UUID) -> None:
    """End a vendor for good; old orders go on showing it. Closing it again is harmless."""
    context.caller.require(Role.ADMIN)
    async with context.shards.transaction(id, "close_vendor") as session:
        vendor = await locked_vendor(context, session, id)
        if vendor.state != VendorState.CLOSED.value:
            await _set(session, vendor, {"state": VendorState.CLOSED.value, "paused_until": None})
            await tell(session, "vendor.closed", id, vendor.tenant_id)


@asynccontextmanager
async def changing(
    context: CatalogContext, id: UUID, label: str, field: str = "id"
) -> AsyncIterator[tuple[AsyncSession, VendorRow]]:
    """A transaction that holds a vendor's row, for its staff and admins; ILLEGAL_STATUS if it is closed."""
    check_works_for(context, id)
    async with context.shards.transaction(id, label) as session:
        vendor = await locked_vendor(context, session, id, field)
        if vendor.state == VendorState.CLOSED.value:
            raise CodedError(ErrorCode.ILLEGAL_STATUS, "The vendor is closed for good.", field)
        yield session, vendor


def check_works_for(context: CatalogContext, vendor_id: UUID) -> None:
    """Unauthenticated or Forbidden, unless the caller is the vendor's staff or an admin."""
    context.caller.signed_in()
    if not context.caller.works_for(vendor_id):
        raise Forbidden("Only the vendor's staff may do this.")


async def locked_vendor(
    context: CatalogContext, session: AsyncSession, id: UUID, field: str = "id"
) -> VendorRow:
    """The vendor, which nobody else changes until the end of the transaction; NOT_FOUND for none."""
    query = select(VendorRow).where(VendorRow.id == id, VendorRow.tenant_id == context.caller.tenant)
    vendor = (await session.scalars(query.with_for_update())).first()
    if vendor is None:
        raise NotFound("There is no such vendor.", field)
    return vendor


async def tell(session: AsyncSession, topic: str, id: UUID, tenant: str) -> None:
    """Emit an event about a vendor."""
    await emit(session, topic, id, {"id": str(id)}, tenant=tenant)


async def _of_tenant(context: CatalogContext, currency: str | None) -> Columns:
    """What a vendor has of its marketplace, unless it has its own."""
    query = select(TenantRow.currency, TenantRow.region).where(TenantRow.id == context.caller.tenant)
    rows = await context.shards.fetch(TENANTS_SHARD, query, "tenant")
    columns = {"currency": rows[0].currency, "region": rows[0].region} if rows else {}
    if currency is not None:
        columns["currency"] = currency
    if not _CURRENCY.fullmatch(columns.get("currency", "")):
        raise bad("A currency is three letters of ISO 4217, such as EGP.", "currency")
    return columns


async def _made_before(session: AsyncSession, tenant: str, key: str, hashed: bytes) -> UUID:
    query = select(VendorRow.id, VendorRow.made_hash)
    row = (await session.execute(query.where(VendorRow.tenant_id == tenant, VendorRow.made_key == key))).one()
    if row.made_hash != hashed:
        raise CodedError(ErrorCode.CONFLICT, "This key made another vendor.", "idempotencyKey")
    id: UUID = row.id
    return id


async def _write(context: CatalogContext, session: AsyncSession, vendor: VendorRow, columns: Columns) -> None:
    """Write what differs from the row, if anything does."""
    changes = {name: value for name, value in columns.items() if getattr(vendor, name) != value}
    if not changes:
        return
    await _set(session, vendor, changes)
    if _COVERED_BY.intersection(changes):
        await _cover(context, session, vendor)
    await tell(session, "vendor.changed", vendor.id, vendor.tenant_id)


async def _set(session: AsyncSession, vendor: VendorRow, changes: Columns) -> None:
    version = func.catalog.next_version(VendorRow.version)
    change = update(VendorRow).where(VendorRow.id == vendor.id).values(**changes, version=version)
    await session.execute(change, execution_options={"synchronize_session": False})
    await session.refresh(vendor)


async def _cover(context: CatalogContext, session: AsyncSession, vendor: VendorRow) -> None:
    most = context.resources.settings.delivery_max_km
    check_reach(vendor.lat, vendor.lon, vendor.delivery_rings, most)
    await cover(session, vendor)
