"""Row-level security, the second wall: what our own code forgets to ask, PostgreSQL still keeps apart.

The statements here name no tenant at all, as a resolver that forgot its condition would.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, text
from sqlalchemy.exc import DBAPIError

from subgraphs.common.database import Shards, ShardsByTenant, SystemShards
from subgraphs.common.ids import new_id
from subgraphs.common.models import OutboxRow
from subgraphs.common.reads import Read, Write
from subgraphs.common.settings import CommonSettings

KEYS = text("SELECT key, tenant_id FROM waybill.outbox WHERE topic = 'test.walls'")
READ = Read(KEYS)
OPEN_TABLES = """
    SELECT format('%s.%s', relnamespace::regnamespace, relname) FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^pg_|^information_schema'
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant_id')
        AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid
            AND polcmd = '*' AND polpermissive AND pg_get_expr(polqual, polrelid) =
                '(tenant_id = current_setting(''waybill.tenant''::text, true))'
            AND pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid)))
"""
NORTH, SOUTH = (f"{name}-{uuid4().hex}" for name in ("north", "south"))


def row_of(tenant: str, key: UUID) -> dict[str, Any]:
    return {"id": new_id(), "tenant_id": tenant, "topic": "test.walls", "key": key, "payload": {}}


async def written(shards: Shards, tenant: str) -> UUID:
    key = new_id(0)
    async with shards.transaction_on(0) as session:
        await session.execute(insert(OutboxRow).values(row_of(tenant, key)))
    return key


@pytest.fixture(params=["straight", "behind a pooler"])
async def apart(request: pytest.FixtureRequest, addresses: dict[str, Any]) -> AsyncIterator[ShardsByTenant]:
    """The shards as subgraphs have them, with few connections; behind a pooler nothing stays on one."""
    cached = 0 if request.param == "behind a pooler" else 200
    opened = ShardsByTenant(CommonSettings(**addresses, pool_size=4, statement_cache_size=cached))
    yield opened
    await opened.connections.close()


@pytest.fixture
async def north(apart: ShardsByTenant) -> Shards:
    return apart.of(NORTH)


@pytest.fixture
async def south(apart: ShardsByTenant) -> Shards:
    return apart.of(SOUTH)


@pytest.fixture
async def system(addresses: dict[str, Any]) -> AsyncIterator[SystemShards]:
    opened = SystemShards(CommonSettings(**addresses))
    yield opened
    async with opened.writing_on(0, "test") as connection:
        await connection.execute(text("DELETE FROM waybill.outbox WHERE topic = 'test.walls'"))
    await opened.close()


async def tenants_seen(shards: Shards) -> set[str]:
    """By each way to a row: a fixed read, a built one, a unit of work, a bare transaction."""
    rows = [*await shards.fetch(0, READ, "fixed"), *await shards.fetch(0, KEYS, "built")]
    async with shards.transaction_on(0) as session:
        rows += (await session.execute(KEYS)).all()
    async with shards.writing_on(0, "test") as connection:
        rows += (await connection.execute(KEYS)).all()
    return {row.tenant_id for row in rows}


async def test_every_table_with_a_tenant_has_its_wall(shards: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(shards[0])
    try:
        assert await connection.fetch(OPEN_TABLES) == []
        count = await connection.fetchval("SELECT count(*) FROM pg_policy WHERE polname = 'tenant'")
        assert count > 100  # partitions too
    finally:
        await connection.close()


async def test_partitions_made_later_have_theirs(shards: tuple[str, ...], system: SystemShards) -> None:
    later = datetime.now(UTC) + timedelta(days=5 * 366)
    make = text("SELECT waybill.make_partitions(:moment, 1, 1)")
    async with system.writing_on(0, "test") as connection:
        assert (await connection.execute(make, {"moment": later})).scalar_one() > 0
    owner = await asyncpg.connect(shards[0])
    try:
        assert await owner.fetch(OPEN_TABLES) == []
    finally:
        await owner.close()


async def test_a_role_may_make_partitions_only_if_it_works_for_all(north: Shards) -> None:
    with pytest.raises(DBAPIError, match="permission denied for function make_partitions"):
        await north.fetch(0, text("SELECT waybill.make_partitions(now(), 1, 1)"), "make")


async def test_a_tenant_sees_its_own_rows_alone(north: Shards, south: Shards, system: SystemShards) -> None:
    await written(north, NORTH)
    await written(south, SOUTH)
    assert await tenants_seen(north) == {NORTH}
    assert await tenants_seen(south) == {SOUTH}
    assert await tenants_seen(system) >= {NORTH, SOUTH}


async def test_nobody_sees_nothing(apart: ShardsByTenant, north: Shards, system: SystemShards) -> None:
    await written(north, NORTH)
    assert await tenants_seen(apart.of_nobody()) == set()
    with pytest.raises(ValueError):
        apart.of("")


async def test_rows_of_another_tenant_cannot_be_written(north: Shards, system: SystemShards) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        await written(north, SOUTH)
    key = await written(north, NORTH)
    steal = text("UPDATE waybill.outbox SET tenant_id = :tenant WHERE key = :key")
    with pytest.raises(DBAPIError, match="row-level security"):
        async with north.writing_on(0, "test") as connection:
            await connection.execute(steal, {"tenant": SOUTH, "key": key})
    assert await tenants_seen(system) == {NORTH}


async def test_rows_of_another_tenant_cannot_be_changed(
    north: Shards, south: Shards, system: SystemShards
) -> None:
    await written(north, NORTH)
    for change in ("UPDATE waybill.outbox SET topic = 'stolen'", "DELETE FROM waybill.outbox"):
        async with south.writing_on(0, "test") as connection:
            assert (await connection.execute(text(change))).rowcount == 0
    assert await tenants_seen(system) == {NORTH}


async def test_quotes_in_a_name_stay_in_the_name(apart: ShardsByTenant, system: SystemShards) -> None:
    odd = "x'; SET ROLE waybill_system; --\\"
    await written(system, NORTH)
    key = await written(apart.of(odd), odd)
    assert await tenants_seen(apart.of(odd)) == {odd}
    assert {row.key for row in await system.fetch(0, KEYS, "keys") if row.tenant_id == odd} == {key}


async def test_two_tenants_over_a_small_pool_never_see_the_wrong_rows(
    north: Shards, south: Shards, system: SystemShards
) -> None:
    await written(north, NORTH)
    await written(south, SOUTH)
    chance = random.Random(7)
    wrong = list[tuple[str, set[str]]]()

    async def look(number: int) -> None:
        shards, tenant = chance.choice(((north, NORTH), (south, SOUTH)))
        if number % 7 == 0:
            async with shards.writing_on(0, "test") as connection:
                seen = {row.tenant_id for row in await connection.execute(KEYS)}
        else:
            statement = chance.choice((READ, READ, KEYS))
            seen = {row.tenant_id for row in await shards.fetch(0, statement, "look")}
        if seen != {tenant}:
            wrong.append((tenant, seen))

    for start in range(0, 2000, 50):
        await asyncio.gather(*(look(number) for number in range(start, start + 50)))
    assert wrong == []


SLEEP = Read(text("SELECT pg_sleep(0.2) IS NULL AS slept"))
REFUSED = Read(text("SELECT 1 / :zero AS one").bindparams(bindparam("zero", 0)))
COLLIDE = Write(
    text("INSERT INTO waybill.tenants (id, name, currency, region) VALUES ('NOT A NAME', '', '', '')")
)


async def _cancelled(shards: Shards, statement: Any, after: float) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(after):
            await shards.fetch(0, statement, "sleep")


async def _failing(shards: Shards) -> None:
    async with shards.transaction_on(0) as session:
        await session.execute(KEYS)
        raise ZeroDivisionError


async def test_what_breaks_off_leaves_no_tenant_behind(
    north: Shards, south: Shards, system: SystemShards
) -> None:
    """Cancelled while it waits, while it changes the connection's tenant, while it runs; refused; failed."""
    await written(north, NORTH)
    await written(south, SOUTH)
    for n in range(20):
        by, other = ((north, south), (south, north))[n % 2]
        await asyncio.gather(
            _cancelled(by, SLEEP, 0.0005 * n),
            _cancelled(other, SLEEP.statement, 0.0005 * n),
            other.fetch(0, READ, "look"),
        )
        for statement in (REFUSED, REFUSED.statement):
            with pytest.raises((DBAPIError, asyncpg.PostgresError)):
                await other.fetch(0, statement, "refused")
        with pytest.raises((DBAPIError, asyncpg.PostgresError)):
            await by.write(0, COLLIDE, "collide")
        with pytest.raises(ZeroDivisionError):
            await _failing(other)
        assert await tenants_seen(north) == {NORTH}
        assert await tenants_seen(south) == {SOUTH}


async def test_a_tenant_may_change_its_own_entry_alone(apart: ShardsByTenant, system: SystemShards) -> None:
    mine, other = (f"t{uuid4().hex}" for _ in range(2))
    make = text("INSERT INTO waybill.tenants (id, name, currency, region) VALUES (:id, '', 'EGP', '')")
    rename = text("UPDATE waybill.tenants SET name = 'renamed' WHERE id IN (:mine, :other)")
    shards = apart.of(mine)
    for id in (mine, other):
        async with shards.writing_on(0, "test") as connection:
            await connection.execute(make, {"id": id})
    async with shards.writing_on(0, "test") as connection:
        assert (await connection.execute(rename, {"mine": mine, "other": other})).rowcount == 1


async def test_the_tenant_goes_out_with_what_is_sent_anyway(
    apart: ShardsByTenant, system: SystemShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = apart.of(NORTH)
    await written(own, NORTH)  # SQLAlchemy has questions of its own at the first connection
    sent, execute = list[str](), asyncpg.Connection.execute

    async def noted(self: Any, query: str, *args: Any, **more: Any) -> str:
        sent.append(query)
        return await execute(self, query, *args, **more)

    monkeypatch.setattr(asyncpg.Connection, "execute", noted)
    for _ in range(3):
        await written(own, NORTH)
    begin = f"BEGIN; SET LOCAL waybill.tenant = '{NORTH}'"
    assert [text for text in sent if text != begin] == ["COMMIT;"] * 3
    assert sent.count(begin) == 3


async def test_one_tenant_by_itself_sets_nothing_anew(
    addresses: dict[str, Any], system: SystemShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = ShardsByTenant(CommonSettings(**addresses, pool_size=2))
    own = apart.of(NORTH)
    await written(own, NORTH)
    await own.fetch(0, KEYS, "built")  # the engine's connection is told once
    told = list[str]()

    async def noted(self: Any, query: str, *args: Any, **more: Any) -> str:
        told.append(query)
        return ""

    monkeypatch.setattr(asyncpg.Connection, "execute", noted)
    for _ in range(5):
        for statement in (READ, KEYS):
            assert {row.tenant_id for row in await own.fetch(0, statement, "look")} == {NORTH}
    assert told == []
    monkeypatch.undo()
    await apart.connections.close()
