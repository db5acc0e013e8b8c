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
_BEFORE = re.compile(r"^down_revision(?:: .+?)? = \"(\w+)\"", re.M)


@cache
def older_revisions() -> dict[str, frozenset[str]]:
    """Folders with migrations, and of each the revisions that have a later one."""
    folders = sorted(SUBGRAPHS.glob("*/migrations/versions"))
    return {folder.parents[1].name: _older(folder) for folder in folders}


def _older(folder: Path) -> frozenset[str]:
    return frozenset(name for file in folder.glob("*.py") for name in _BEFORE.findall(file.read_text()))


async def behind(connection: asyncpg.Connection) -> list[str]:
    """Name the folders whose tables are missing or old."""
    return [
        folder for folder, older in older_revisions().items() if not await _is_new(connection, folder, older)
    ]


async def _is_new(connection: asyncpg.Connection, folder: str, older: frozenset[str]) -> bool:
    try:
        version = await connection.fetchval(f"SELECT version_num FROM waybill.alembic_{folder}")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return False
    return version is not None and version not in older
