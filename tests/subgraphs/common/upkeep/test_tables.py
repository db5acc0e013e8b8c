"""Rows that are older than their age go, in batches, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from subgraphs.common.database import Shards
from subgraphs.common.ids import new_id
from subgraphs.common.statements import count_statements
from subgraphs.common.upkeep.registry import TABLES
from subgraphs.common.upkeep.run import Upkeep

from .conftest import Clock

# How a row is made whose age column has a time; `id` tells it from others.
ROWS = {
    "waybill.processed_events": "(event_id, consumer, tenant_id, at) VALUES (:id, 't', 't', :at)",
    "orders.placements": "(customer_id, key, tenant_id, order_id, input_hash, at) "
    "VALUES (:id, 'k', 't', :id, '', :at)",
    "orders.counted_orders": "(vendor_id, order_id, tenant_id, day, stages, placed_at) "
    "VALUES (:id, :id, 't', '2026-01-01', 1, :at)",
    "catalog.product_saves": "(vendor_id, key, tenant_id, product_id, input_hash, at) "
    "VALUES (:id, 'k', 't', :id, '', :at)",
    "riders.own_assignments": "(rider_id, order_id, tenant_id, vendor_id, status, version, lat, lon, "
    "offered_at, ended_at) VALUES (:id, :id, 't', :id, 'DECLINED', 1, 0, 0, :at, :at)",
    "users.refresh_tokens": "(user_id, id, family_id, tenant_id, secret_hash, expires_at) "
    "VALUES (:id, :id, :id, 't', '', :at)",
    "users.invitations": "(user_id, tenant_id, secret_hash, expires_at) VALUES (:id, 't', '', :at)",
    "users.refresh_families": "(user_id, id, tenant_id, created_at) VALUES (:id, :id, 't', :at)",
}


async def write(shards: Shards, shard: int, table: str, at: datetime, id: UUID | None = None) -> UUID:
    id = id or uuid4()
    async with shards.transaction_on(shard) as session:
        await session.execute(text(f"INSERT INTO {table} {ROWS[table]}"), {"id": id, "at": at})
    return id


async def left(shards: Shards, shard: int, table: str, ids: Sequence[UUID]) -> set[UUID]:
    column = ROWS[table].partition(",")[0].lstrip("(")
    query = text(f"SELECT {column} FROM {table} WHERE {column} = ANY(:ids)")
    return {row[0] for row in await shards.fetch(shard, query, "test", ids=list(ids))}


async def keep_up(upkeep: Upkeep) -> None:
    for job in upkeep.jobs().values():
        await job()


async def test_rows_go_when_their_age_is_over_on_every_shard(upkeep: Upkeep, clock: Clock) -> None:
    shards = upkeep.connections.shards
    start, second = clock.now, timedelta(seconds=1)
    assert set(ROWS) == {each.table for each in TABLES}
    old, young = dict[Any, list[UUID]](), dict[Any, UUID]()
    for each in TABLES:
        bound = start - each.age(upkeep.settings)
        for shard in shards.all:
            # More than two batches, half of them of one moment.
            times = [bound - second * n for n in range(1, 5)] + [bound - second] * 4
            old[each.table, shard] = [await write(shards, shard, each.table, at) for at in times]
            young[each.table, shard] = await write(shards, shard, each.table, bound + second)
    await keep_up(upkeep)
    for (table, shard), ids in old.items():
        assert await left(shards, shard, table, ids) == set(), table
        assert await left(shards, shard, table, [young[table, shard]]) == {young[table, shard]}, table
    clock.now = start + 2 * second
    await keep_up(upkeep)
    for (table, shard), id in young.items():
        assert await left(shards, shard, table, [id]) == set(), table


async def test_a_login_lives_as_long_as_a_token_of_it(upkeep: Upkeep, clock: Clock) -> None:
    shards, start = upkeep.connections.shards, clock.now
    long_ago, tomorrow = start - timedelta(days=400), start + timedelta(days=1)
    # A whole batch of logins of one moment that must stay, and behind them one that must go.
    living = [await write(shards, 0, "users.refresh_families", long_ago) for _ in range(4)]
    for id in living:
        await write(shards, 0, "users.refresh_tokens", tomorrow, id)
    dead = await write(shards, 0, "users.refresh_families", long_ago + timedelta(days=1))
    await keep_up(upkeep)
    assert await left(shards, 0, "users.refresh_families", [*living, dead]) == set(living)
    clock.now = tomorrow + timedelta(days=2)
    await keep_up(upkeep)
    assert await left(shards, 0, "users.refresh_families", living) == set()


async def test_a_refresh_token_that_was_used_is_known_until_it_expires(upkeep: Upkeep, clock: Clock) -> None:
    shards = upkeep.connections.shards
    id = await write(shards, 0, "users.refresh_tokens", clock.now + timedelta(minutes=1))
    async with shards.transaction_on(0) as session:
        await session.execute(
            text("UPDATE users.refresh_tokens SET used_at = now() WHERE id = :id"), {"id": id}
        )
    await keep_up(upkeep)
    assert await left(shards, 0, "users.refresh_tokens", [id]) == {id}


async def test_a_statement_deletes_a_batch_at_most(upkeep: Upkeep, clock: Clock) -> None:
    shards = upkeep.connections.shards
    at = clock.now - timedelta(days=1000)
    for _ in range(7):
        await write(shards, 0, "orders.placements", at, new_id())
    counts = count_statements()
    await upkeep.jobs()["orders.placements of shard 0"]()
    assert Counter(counts)[0, "upkeep"] >= 3  # of 3, 3 and 1 rows
