"""Brings every shard to the newest tables: Alembic's migrations of five folders, rendered to SQL once and run
on all shards side by side, each shard in one transaction under an advisory lock.

Alembic's `op` is one global, so two shards cannot be migrated by it at the same time in one process; rendered
SQL can. Migrations therefore are pure SQL or `op` calls, and never read data. Partitions that are missing are
made too, whether or not there was anything to migrate.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from .logs import configure_logs
from .roles import Roles, admit
from .settings import CommonSettings
from .upkeep.settings import UpkeepSettings

# In this order: what is common first.
FOLDERS = ("common", "users", "orders", "riders", "catalog")
_ROOT = Path(__file__).parent.parent
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('waybill migrate'))"
_TAKE_PLACE = "INSERT INTO waybill.place (shard, shards) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_PLACE = "SELECT shard, shards FROM waybill.place"
_MAKE_PARTITIONS = "SELECT waybill.make_partitions($1, $2, $3)"
# Days' partitions are few at any time; months tell how long the platform would go on by itself.
_UNTIL = "SELECT min(until) FROM waybill.partitions_ahead($1) WHERE period = 'month'"


class ShardMisplaced(Exception):
    """The database is another shard's, or of another number of shards: ids would be looked for elsewhere."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """For how many periods after the present one partitions are made, and what time it is."""

    months: int = 3
    days: int = 7
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


async def migrate(dsns: Sequence[str], ahead: Ahead | None = None, roles: Roles | None = None) -> datetime:
    """Migrate all shards, shard 0 first, make their partitions and let the roles in; returns until when all
    have partitions.

    Does nothing on those that are up to date.
    """
    wanted = ahead or Ahead(), roles or Roles()
    shards = [_migrate_shard(dsn, (number, len(dsns)), *wanted) for number, dsn in enumerate(dsns)]
    return min(await asyncio.gather(*shards))


async def run() -> None:
    """Migrate the shards of the settings."""
    settings = UpkeepSettings()
    configure_logs(settings.log_level, settings.log_format)
    await migrate_by(settings)


async def migrate_by(settings: UpkeepSettings) -> datetime:
    """Migrate the shards of the settings."""
    ahead = Ahead(settings.partition_months_ahead, settings.partition_days_ahead)
    return await migrate(owners(settings), ahead, Roles.of(settings))


def owners(settings: CommonSettings) -> tuple[str, ...]:
    """The shards' addresses with the role that owns the tables, past a PgBouncer where one is."""
    return settings.owner_shards or settings.direct_shards or settings.shards


def sql_of(folder: str, revision: str | None) -> str:
    """The SQL that takes a folder's tables from a revision (None: nothing) to the newest; empty if there."""
    if not (_ROOT / folder / "migrations" / "versions").is_dir():
        return ""
    script = ScriptDirectory(str(_ROOT / folder / "migrations"))
    head = script.get_current_head()
    if head is None or head == revision:
        return ""
    buffer = io.StringIO()
    start = revision or "base"

    def upgrade(current: object, context: object) -> object:
        return script._upgrade_revs(head, start)

    with EnvironmentContext(
        Config(), script, fn=upgrade, as_sql=True, starting_rev=start, destination_rev=head
    ) as env:
        env.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            output_buffer=buffer,
            version_table=_version_table(folder),
            version_table_schema="waybill",
        )
        env.run_migrations()
    return buffer.getvalue()


async def _migrate_shard(dsn: str, place: tuple[int, int], ahead: Ahead, roles: Roles) -> datetime:
    # The role may have a time limit for statements, which is not meant for migrations.
    connection = await asyncpg.connect(dsn, server_settings={"statement_timeout": "0"})
    try:
        async with connection.transaction():
            await connection.execute(_LOCK)
            await connection.execute("CREATE SCHEMA IF NOT EXISTS waybill")
            for folder in FOLDERS:
                if sql := sql_of(folder, await _revision(connection, folder)):
                    await connection.execute(sql)
            await _take_place(connection, place)
            await connection.execute(_MAKE_PARTITIONS, ahead.now, ahead.months, ahead.days)
            await admit(connection, roles)
            until: datetime = await connection.fetchval(_UNTIL, ahead.now)
            return until
    finally:
        await connection.close()


async def _take_place(connection: asyncpg.Connection, place: tuple[int, int]) -> None:
    await connection.execute(_TAKE_PLACE, *place)
    taken = await connection.fetchrow(_PLACE)
    assert taken
    if tuple(taken) != place:
        raise ShardMisplaced(f"shard {place[0]} of {place[1]} is shard {taken[0]} of {taken[1]}")


async def _revision(connection: asyncpg.Connection, folder: str) -> str | None:
    table = f"waybill.{_version_table(folder)}"
    if await connection.fetchval("SELECT to_regclass($1)", table) is None:
        return None
    revision: str | None = await connection.fetchval(f"SELECT version_num FROM {table}")
    return revision


def _version_table(folder: str) -> str:
    return f"alembic_{folder}"
