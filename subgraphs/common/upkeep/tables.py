"""Ends rows by their age: on one shard, by an index, a small batch a statement."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, Integer, bindparam, text

from subgraphs.common import metrics
from subgraphs.common.database import Shards

from .registry import Ageing
from .settings import UpkeepSettings

# `ctid` as an array: joined by it, PostgreSQL would read the whole table. A row that changes in between has
# another one, and stays until the next time.
_PAGE = """
WITH page AS MATERIALIZED (
    SELECT ctid AS place, {column} AS at FROM {table}
    WHERE {column} < :before AND {column} >= :after ORDER BY {column} LIMIT :most
), gone AS (
    DELETE FROM {table} AS old WHERE old.ctid = ANY(ARRAY(SELECT place FROM page)) AND {only} RETURNING 1
)
SELECT count(*) AS seen, max(at) AS last, (SELECT count(*) FROM gone) AS gone FROM page
"""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)
_BINDS = (
    bindparam("before", type_=DateTime(timezone=True)),
    bindparam("after", type_=DateTime(timezone=True)),
    bindparam("most", type_=Integer),
)


async def end_rows(
    shards: Shards, shard: int, ageing: Ageing, settings: UpkeepSettings, now: datetime
) -> int:
    """Delete what is old enough; returns how many rows."""
    page = text(_PAGE.format(table=ageing.table, column=ageing.column, only=ageing.only)).bindparams(*_BINDS)
    given = {"before": now - ageing.age(settings), "most": settings.upkeep_batch}
    total, after = 0, _BEGINNING
    while True:
        async with shards.writing_on(shard, "upkeep") as connection:
            row = (await connection.execute(page, {**given, "after": after})).one()
        total += int(row.gone)
        metrics.removed.labels(ageing.table).inc(row.gone)
        if row.seen < settings.upkeep_batch:
            return total
        # What must stay is not looked at again; a whole page of one moment that must stay is stepped over.
        after = row.last if row.gone or row.last > after else row.last + _STEP
        await asyncio.sleep(settings.upkeep_pause_seconds)
