"""A page of users over all shards, newest first: each shard gives its next rows, they are merged by id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select

from subgraphs.common.connections import Connection, Page, connection, encode_cursor, merge_rows
from subgraphs.common.database import Shards
from subgraphs.common.ids import parse_id

from .models import UserRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users: those of a tenant for whom all that is given holds."""

    tenant: str
    role: str | None = None
    region: str | None = None
    phone: str | None = None


async def list_users(
    shards: Shards, choice: UserFilter, wanted: Page, node_of: Callable[[UserRow], T]
) -> Connection[T]:
    """One statement a shard."""
    query = _query(choice, wanted)
    parts = await asyncio.gather(*(shards.fetch_as(UserRow, shard, query, "users") for shard in shards.all))
    rows = merge_rows(parts, lambda row: row.id, wanted.limit)
    return connection(rows, wanted, node_of, lambda row: encode_cursor(str(row.id)))


def _query(choice: UserFilter, wanted: Page) -> Select[UserRow]:  # type: ignore[type-var]
    query = select(UserRow.__table__).where(UserRow.tenant_id == choice.tenant)
    if choice.role:
        query = query.where(UserRow.role == choice.role)
    if choice.region:
        query = query.where(UserRow.region == choice.region)
    if choice.phone:
        query = query.where(UserRow.phone == choice.phone)
    if wanted.after:
        query = query.where(UserRow.id < parse_id(str(wanted.after[0])))
    return query.order_by(UserRow.id.desc()).limit(wanted.limit)
