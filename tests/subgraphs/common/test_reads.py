"""Fixed reads give what SQLAlchemy's engine gives for the same statement."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import ARRAY, Executable, Float, Integer, Numeric, String, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from subgraphs.common.database import Shards, SystemShards
from subgraphs.common.reads import Read
from subgraphs.common.settings import CommonSettings
from subgraphs.common.statements import count_statements

IDS = [uuid.UUID(int=n) for n in range(3)]
STATEMENTS: dict[str, Executable] = {
    "typed columns": select(
        func.jsonb_build_object("a", 1, type_=JSONB).label("json"),
        func.abs(2.5, type_=Float).label("number"),
        func.to_number("2.5", "9D9", type_=Numeric).label("exact"),
        func.upper("x", type_=String).label("word"),
        func.nullif(1, 1, type_=Integer).label("nothing"),
    ),
    "parameters by name": select(
        func.cardinality(bindparam("ids", type_=ARRAY(Uuid))).label("how_many"),
        func.coalesce(bindparam("ids", type_=ARRAY(Uuid)), type_=ARRAY(Uuid)).label("given"),
        func.char_length(bindparam("word", "default", type_=String)).label("length"),
    ),
    "text with columns of its own": text(
        "SELECT id, now()::date AS today, '{\"a\": [1]}'::jsonb AS json, ARRAY['a', NULL] AS words "
        "FROM unnest(:ids) WITH ORDINALITY AS given(id, n) ORDER BY n DESC"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid))),
    "no rows": text("SELECT 1 AS one WHERE cardinality(:ids) = 0").bindparams(
        bindparam("ids", type_=ARRAY(Uuid))
    ),
}


@pytest.fixture
async def opened(shards: tuple[str, ...]) -> AsyncIterator[Shards]:
    made = SystemShards(CommonSettings(shards=shards, pool_size=1, pool_wait_seconds=0.1))
    yield made
    await made.close()


@pytest.mark.parametrize("about", STATEMENTS)
async def test_rows_are_the_engines_rows(opened: Shards, about: str) -> None:
    statement = STATEMENTS[about]
    given = {} if about == "typed columns" else {"ids": IDS}
    expected = await opened.fetch(0, statement, "built", **given)
    actual = await opened.fetch(0, Read(statement), "fixed", **given)
    assert [tuple(row) for row in actual] == [tuple(row) for row in expected]
    assert [[type(value) for value in row] for row in actual] == [
        [type(value) for value in row] for row in expected
    ]
    for row, other in zip(actual, expected, strict=True):
        assert [getattr(row, name) for name in other._fields] == list(other)


async def test_behind_a_pooler_reads_go_through_the_engine(shards: tuple[str, ...]) -> None:
    behind = SystemShards(CommonSettings(shards=shards, statement_cache_size=0))
    [row] = await behind.fetch(0, Read(STATEMENTS["typed columns"]), "fixed")
    assert row.word == "X"
    await behind.close()


async def test_a_read_is_planned_once_whatever_its_values(opened: Shards) -> None:
    read = Read(STATEMENTS["no rows"])
    for n in range(12):
        await opened.fetch(0, read, "fixed", ids=[*IDS, *IDS[:n]])
    plans = text("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
    made = {row.statement: row for row in await opened.fetch(0, Read(plans), "plans")}
    assert (made[read.sql].generic_plans, made[read.sql].custom_plans) == (12, 0)


async def test_each_read_is_counted_under_its_label(opened: Shards) -> None:
    counts, read = count_statements(), Read(text("SELECT 1 AS one"))
    for shard in (0, 1, 1):
        await opened.fetch(shard, read, "Ones")
    assert counts == {(0, "Ones"): 1, (1, "Ones"): 2}


async def test_who_finds_no_free_connection_in_time_is_told(opened: Shards) -> None:
    slow, quick = Read(text("SELECT pg_sleep(2) IS NULL AS slept")), Read(text("SELECT 1 AS one"))
    answers = await asyncio.gather(
        opened.fetch(0, slow, "slow"), opened.fetch(0, quick, "quick"), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [list, TimeoutError]


async def test_a_server_that_is_away_is_a_connection_error() -> None:
    away = SystemShards(CommonSettings(shards=("postgresql://nobody@127.0.0.1:9/nothing",)))
    with pytest.raises(OSError):
        await away.fetch(0, Read(text("SELECT 1 AS one")), "away")
    await away.close()
