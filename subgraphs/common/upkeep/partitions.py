"""Partitions of a shard: made ahead, counted, moved to the archive, dropped (the SQL: common_0004)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, text

from subgraphs.common import metrics
from subgraphs.common.database import Shards

from .registry import DROPPED
from .settings import UpkeepSettings

_MAKE = text("SELECT waybill.make_partitions(:now, :months, :days)")
_AHEAD = text("SELECT schema, name, period, ahead FROM waybill.partitions_ahead(:now)")
_ARCHIVE = text(
    "SELECT waybill.archive_partitions(CAST(:now AS timestamptz) - make_interval(months => :months))"
)
_DROP = text("SELECT waybill.drop_partitions(to_regclass(:of_table), :before)")


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many periods after the present one a table has partitions for; -1: not even for that one."""

    schema: str
    name: str
    period: str
    ahead: int

    def __str__(self) -> str:
        which = "this" if self.ahead < 0 else "the next"
        return f"{self.schema}.{self.name} has no partition for {which} {self.period}"


async def keep_partitions(shards: Shards, shard: int, settings: UpkeepSettings, now: datetime) -> None:
    """Make what is missing, archive and drop what is old; the metric tells what is there in the end."""
    ahead = {"months": settings.partition_months_ahead, "days": settings.partition_days_ahead}
    try:
        await _run(shards, shard, _MAKE, now=now, **ahead)
    finally:
        await measure_partitions(shards, shard, now)
    while await _run(shards, shard, _ARCHIVE, now=now, months=settings.archive_months):
        pass
    for table, age in DROPPED.items():
        before = now - age(settings)
        while await _run(shards, shard, _DROP, of_table=table, before=before):
            pass


async def measure_partitions(shards: Shards, shard: int, now: datetime) -> None:
    """Tell Prometheus how far ahead the partitions of a shard are."""
    for each in await partitions_ahead(shards, shard, now):
        labels = (str(shard), f"{each.schema}.{each.name}", each.period)
        metrics.partitions_ahead.labels(*labels).set(each.ahead)


async def partitions_ahead(shards: Shards, shard: int, now: datetime) -> Sequence[Ahead]:
    """Of every partitioned table of a shard."""
    rows = await shards.fetch(shard, _AHEAD, "partitions", now=now)
    return [Ahead(*row) for row in rows]


async def _run(shards: Shards, shard: int, statement: Executable, **parameters: object) -> int:
    async with shards.writing_on(shard, "partitions") as connection:
        return int((await connection.execute(statement, parameters)).scalar_one())
