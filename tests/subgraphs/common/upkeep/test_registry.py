"""Nothing grows unseen: every table with a time has an age or a reason, every key of Valkey an end."""

from __future__ import annotations

import asyncpg
import pytest
from pydantic import ValidationError

from subgraphs.common.upkeep.registry import DROPPED, KEPT, TABLES
from subgraphs.common.upkeep.settings import UpkeepSettings

WITH_A_TIME = """
    SELECT DISTINCT space.nspname || '.' || relname AS name FROM pg_class
    JOIN pg_namespace AS space ON space.oid = relnamespace
    JOIN pg_attribute AS column_ ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relkind IN ('r', 'p') AND NOT relispartition
        -- Ids are times too, where a table is partitioned by them.
        AND (relkind = 'p' OR atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype))
        AND space.nspname NOT IN ('pg_catalog', 'information_schema') AND space.nspname !~ '^pg_'
"""
INDEXED = """
    SELECT EXISTS (
        SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid = $1::regclass AND attname = $2 AND indpred IS NULL
    )
"""


async def test_every_table_with_a_time_is_ended_or_kept_for_a_reason(shards: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(shards[0])
    tables = {row["name"] for row in await connection.fetch(WITH_A_TIME)}
    await connection.close()
    named = [*(each.table for each in TABLES), *DROPPED, *KEPT]
    assert len(named) == len(set(named)), "a table has one fate"
    assert tables == set(named), "subgraphs/common/upkeep/registry.py says what becomes of each table"


async def test_what_is_ended_is_found_by_an_index(shards: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(shards[0])
    for each in TABLES:
        assert await connection.fetchval(INDEXED, each.table, each.column), each.table
    await connection.close()


def test_every_age_is_a_setting() -> None:
    settings = UpkeepSettings(shards=("one",))
    for age in [*(each.age for each in TABLES), *DROPPED.values()]:
        assert age(settings).days >= 1


def test_an_event_is_remembered_for_longer_than_it_may_come_again() -> None:
    with pytest.raises(ValidationError, match="processed_event_days"):
        UpkeepSettings(shards=("one",), event_days=7, processed_event_days=7)
