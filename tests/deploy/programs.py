"""Debian's servers that the tests run; a missing one skips, and says how to get it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

PACKAGES = {
    "redis-server": "redis-server",
    "pgbouncer": "pgbouncer",
    "nginx": "nginx",
    "docker-compose": "docker-compose",
    "promtool": "prometheus",
}
POSTGRES = Path("/usr/lib/postgresql")
SYSTEM = "/usr/sbin:/usr/bin:/usr/local/bin:/bin:/sbin"


def program(name: str) -> str:
    """Return a program's path, or skip."""
    found = shutil.which(name) or shutil.which(name, path=SYSTEM)
    if not found:
        pytest.skip(f"no {name}: apt-get install {PACKAGES[name]}")
    return found


def postgres_programs() -> Path:
    """Return the directory of the system's newest PostgreSQL, or skip."""
    found = sorted(POSTGRES.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found or not (found[-1] / "pg_basebackup").exists():
        pytest.skip("no system's PostgreSQL: apt-get install postgresql")
    return found[-1]
