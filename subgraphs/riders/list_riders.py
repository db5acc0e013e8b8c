"""A page of riders over all shards, newest first: each shard gives its next rows, they are merged by id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from subgraphs.common.connections import Page, merge_rows
from subgraphs.common.database import Shards
from subgraphs.common.ids import parse_id

from .models import RiderRow
from .statuses import RiderStanding, RiderStatus


@dataclass(frozen=True, slots=True)
class RiderFilter:
    """Which riders: those of a tenant for whom all that is given holds."""

    tenant: str
    standing: RiderStanding | None = None
    status: RiderStatus | None = None


async def list_riders(shards: Shards, choice: RiderFilter, wanted: Page) -> Sequence[RiderRow]:
    """One statement a shard; one row more than the page shows."""
    query = select(RiderRow.__table__).where(RiderRow.tenant_id == choice.tenant)
    if choice.standing:
        query = query.where(RiderRow.standing == choice.standing.value)
    if choice.status:
        query = query.where(RiderRow.status == choice.status.value)
    if wanted.after:
        query = query.where(RiderRow.id < parse_id(str(wanted.after[0])))
    query = query.order_by(RiderRow.id.desc()).limit(wanted.limit)
    parts = await asyncio.gather(*(shards.fetch_as(RiderRow, shard, query, "riders") for shard in shards.all))
    return merge_rows(parts, lambda row: row.id, wanted.limit)
