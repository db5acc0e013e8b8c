"""Tenants: made with their first admin, changed and closed, by operators. Their table is on one shard.

Every process reads the table anew from time to time (`subgraphs/common/tenants.py`), so a change of hosts or
status is heard of within `tenant_seconds`; a new name at once.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.connections import Page
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound
from subgraphs.common.models import TENANTS_SHARD, TenantRow
from subgraphs.common.tenants import host_name

from .admins import AdminMade, NewAdmin, make_admin
from .registration import UsersContext, check_name, check_text

# As the table's own check has it: a name can stand in a header, a host and a key of Valkey.
_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_MOST_HOSTS = 20


async def find_tenants(context: UsersContext, ids: Iterable[str]) -> dict[str, TenantRow]:
    """Those of the tenants that the caller may see: his own, and an operator all. One statement."""
    caller = context.caller
    wanted = [id for id in set(ids) if id == caller.tenant or caller.is_operator]
    return {row.id: row for row in await _read(context.shards, wanted)} if wanted else {}


async def _read(shards: Shards, ids: list[str]) -> Sequence[TenantRow]:
    query = select(TenantRow.__table__).where(TenantRow.id.in_(ids))
    return await shards.fetch_as(TenantRow, TENANTS_SHARD, query, "tenant")


async def list_tenants(context: UsersContext, wanted: Page) -> Sequence[TenantRow]:
    """All tenants by id, one more than the page shows; for operators."""
    check_operator(context)
    query = select(TenantRow.__table__).order_by(TenantRow.id).limit(wanted.limit)
    if wanted.after:
        query = query.where(TenantRow.id > str(wanted.after[0]))
    return await context.shards.fetch_as(TenantRow, TENANTS_SHARD, query, "tenants")


async def create_tenant(
    context: UsersContext, values: dict[str, Any], phone: str, name: str
) -> tuple[TenantRow, AdminMade]:
    """Make a tenant with its first admin, who gets a code; the same again is the same tenant."""
    check_operator(context)
    check_name(name)
    id = values["id"]
    shards = context.resources.shards.of(id)
    row = await write_tenant(shards, values)
    admin = NewAdmin(id, phone, name, row.region)
    return row, await make_admin(shards, context.resources.settings, admin)


async def write_tenant(shards: Shards, values: dict[str, Any]) -> TenantRow:
    """Write a new tenant, if there is none of this id; CONFLICT if there is another one of it."""
    values = checked(values)
    async with _writing(shards, "create_tenant") as session:
        await session.execute(insert(TenantRow).values(values).on_conflict_do_nothing(index_elements=["id"]))
    for row in await _read(shards, [values["id"]]):
        if all(getattr(row, field) == value for field, value in values.items()):
            return row
    raise CodedError(ErrorCode.CONFLICT, "There is another tenant of this id.", "id")


async def update_tenant(context: UsersContext, id: str, changes: dict[str, Any]) -> TenantRow:
    """Change a tenant; NOT_FOUND for none. Its own operators' tenant cannot be closed by them."""
    check_operator(context)
    changes = checked(changes)
    if changes.get("status") == "CLOSED" and id == context.caller.tenant:
        raise Forbidden("Nobody closes the tenant that he is in.")
    shards = context.resources.shards.of(id)
    if changes:
        async with _writing(shards, "update_tenant") as session:
            await session.execute(update(TenantRow).where(TenantRow.id == id).values(changes))
    for row in await _read(shards, [id]):
        return row
    raise NotFound("There is no such tenant.", "id")


def check_operator(context: UsersContext) -> None:
    """Unauthenticated for nobody, Forbidden for all but operators."""
    context.caller.signed_in()
    if not context.caller.is_operator:
        raise Forbidden("Only operators may do this.")


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """What the table can keep; BAD_USER_INPUT for the rest."""
    for field, form in (("id", _ID), ("currency", _CURRENCY)):
        if field in values and not form.fullmatch(values[field]):
            raise CodedError(ErrorCode.BAD_USER_INPUT, f"This must be like {form.pattern}.", field)
    for field in ("name", "region"):
        if field in values and not values[field].strip():
            raise CodedError(ErrorCode.BAD_USER_INPUT, "This must not be empty.", field)
        check_text(values.get(field), field)
    if "hosts" not in values:
        return values
    hosts = [host_name(host) for host in values["hosts"]]
    if len(hosts) > _MOST_HOSTS or not all(_HOST.fullmatch(host) for host in hosts):
        message = f"At most {_MOST_HOSTS} names of hosts, such as shop.example."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, "hosts")
    return {**values, "hosts": sorted(set(hosts))}


@asynccontextmanager
async def _writing(shards: Shards, label: str) -> AsyncIterator[AsyncSession]:
    """A transaction on the table; CONFLICT where the database finds a host with another tenant."""
    try:
        async with shards.transaction_on(TENANTS_SHARD, label) as session:
            yield session
    except IntegrityError as error:
        message = "One of these hosts belongs to another tenant."
        raise CodedError(ErrorCode.CONFLICT, message, "hosts") from error
