"""Whether a shard's tables are those that this version of the code needs, without loading Alembic.

A revision that this code does not know is a newer version's: while versions change one process at a time,
the older code goes on (migrations only add to what it needs).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import asyncpg

SUBGRAPHS = Path(__file__).parents[2] / "subgraphs"
VERSION_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('waybill')"
_BEFORE = re.compile(r"^down_revision(?:: .+?)? = \"(\w+)\"", re.M)


@cache
def older_revisions() -> dict[str, frozenset[str]]:
    """Folders with migrations, and of each the revisions that have a later one."""
    folders = sorted(SUBGRAPHS.glob("*/migrations/versions"))
    return {folder.parents[1].name: _older(folder) for folder in folders}


def _older(folder: Path) -> frozenset[str]:
    return frozenset(name for file in folder.glob("*.py") for name in _BEFORE.findall(file.read_text()))


async def lacks_partitions(connection: asyncpg.Connection) -> bool:
    """Whether a table has none for the present month or day, as after months without a worker."""
    return bool(await connection.fetchval("SELECT min(ahead) < 0 FROM waybill.partitions_ahead(now())"))


async def behind(connection: asyncpg.Connection) -> list[str]:
    """Name the folders whose tables are missing or old."""
    there = {row["relname"] for row in await connection.fetch(VERSION_TABLES)}
    return [
        folder
        for folder, older in older_revisions().items()
        if f"alembic_{folder}" not in there
        or await connection.fetchval(f"SELECT version_num FROM waybill.alembic_{folder}") in (None, *older)
    ]
