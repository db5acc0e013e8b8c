"""Embedded PostgreSQL: one cluster with a database for each shard and one for search.

In: a home and settings. Out: a Command for the server, and the DSNs of its databases.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from stack.account import Account, unprivileged
from stack.home import Home
from stack.process import Command
from stack.servers.trouble import Code, Trouble, Troubles
from stack.supervisor.logs import indented

from .binaries import find_postgres, postgres_version
from .leftovers import end_leftover
from .ports import LOCALHOST
from .roles import Role, create_roles, passwords_of

SEARCH_DATABASE = "search"
LEFTOVER_PATIENCE = 10.0  # seconds; a fast shutdown writes one checkpoint
CONNECT_PATIENCE = 5.0
# PostgreSQL 17 brought the builtin C.UTF-8 (sorts alike on every system), 16 `initdb -c`.
BUILTIN_LOCALE_SINCE, INITDB_SETTINGS_SINCE = 17, 16


@dataclass(frozen=True, slots=True)
class Tuning:
    """For a machine that runs the whole platform; sizes in MB."""

    shared_buffers: int = 128
    max_connections: int = 400
    durable: bool = True  # off: tests, which may lose everything with the power

    def options(self) -> dict[str, str]:
        """Return the server's settings."""
        settings = {
            "shared_buffers": f"{self.shared_buffers}MB",
            "max_connections": str(self.max_connections),
            "effective_cache_size": f"{self.shared_buffers * 4}MB",
            "work_mem": "8MB",
            "maintenance_work_mem": "64MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "wal_compression": "on",
            "random_page_cost": "1.1",
            "jit": "off",  # compiling costs more than our statements take
            "max_parallel_workers_per_gather": "0",
            "max_parallel_maintenance_workers": "0",  # they need /dev/shm, which containers keep small
            "autovacuum_naptime": "30s",
            "log_min_messages": "warning",
            "log_min_duration_statement": "1000",
            "log_line_prefix": "%m [%p] %d ",
            # No values of statements: neither their parameters, nor the DETAIL of an error that quotes a row.
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings


@dataclass(frozen=True, slots=True)
class Cluster:
    """An initialised cluster: where it is, who runs it, whom it lets in, on which port it will listen."""

    directory: Path
    programs: Path
    account: Account | None
    passwords: dict[Role, str]
    port: int
    roles_made: Path
    """A file that is there once the cluster has the roles: before, nobody but the owner can connect."""

    def dsn(self, database: str, role: Role = Role.OWNER) -> str:
        """Return a database's address."""
        return f"postgresql://{role}:{self.passwords[role]}@{LOCALHOST}:{self.port}/{database}"

    def end_leftover(self) -> None:
        """Clear what a killed server left behind; before each start."""
        file = self.directory / "postmaster.pid"
        end_leftover(file, "postgres", self.directory, patience=LEFTOVER_PATIENCE)

    def command(self, tuning: Tuning) -> Command:
        """Return what starts the server."""
        settings = tuning.options() | {
            "port": str(self.port),
            "listen_addresses": LOCALHOST,
            "unix_socket_directories": "",  # their paths may be 107 bytes, ours are the user's choice
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            argv=(str(self.programs / "postgres"), "-D", str(self.directory), *options),
            cwd=self.directory,
            env=_environment(),
            account=self.account,
            stop_signal=signal.SIGINT,
        )


def prepare(home: Home, port: int) -> Cluster:
    """Return the home's cluster; the first call makes it."""
    account = unprivileged()
    base = home.reachable(account)
    programs = find_postgres(account, base)
    directory = base / "data"
    passwords = passwords_of(home)
    if not (directory / "PG_VERSION").exists():
        _initialise(programs, directory, account, passwords[Role.OWNER])
    return Cluster(directory, programs, account, passwords, port, home.keys / "postgres-roles-made")


async def create_databases(cluster: Cluster, names: Sequence[str]) -> None:
    """Add the databases that are missing, and the roles."""
    connection = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        have = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in names:
            if name not in have:
                await connection.execute(f'CREATE DATABASE "{name}"')
        await create_roles(connection, cluster.passwords)
        cluster.roles_made.touch()
    finally:
        await connection.close()


async def answers(cluster: Cluster) -> bool:
    """Tell whether the server takes connections (it may be replaying its log after a crash)."""
    try:
        connection = await asyncpg.connect(cluster.dsn("postgres"), timeout=CONNECT_PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _initialise(programs: Path, directory: Path, account: Account | None, password: str) -> None:
    """Run initdb into a directory beside, and rename it when complete. Raises Troubles."""
    unfinished = directory.with_name(f"{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with _password_file(directory.parent, account, password) as password_file:
        said = _run_initdb(_initdb(programs, unfinished, password_file), directory.parent, account)
    if said is not None:
        fix = f"{Code.CLUSTER.fix} It said:{indented(said.splitlines())}"
        raise Troubles([Trouble(Code.CLUSTER, f"initdb failed in {directory.parent}", fix)])
    unfinished.rename(directory)


@contextmanager
def _password_file(folder: Path, account: Account | None, password: str) -> Iterator[Path]:
    """Write the password where initdb may read it, for as long as it runs."""
    file = folder / "password"
    file.touch(mode=0o600)
    try:
        file.write_text(password)
        if account:
            os.chown(file, account.uid, account.gid)
        yield file
    finally:
        file.unlink()


def _initdb(programs: Path, target: Path, password_file: Path) -> list[str]:
    version = postgres_version(programs)
    return [
        *(str(programs / "initdb"), "-D", str(target), "-U", Role.OWNER, "-E", "UTF8", "--no-sync"),
        *("-A", "scram-sha-256", f"--pwfile={password_file}"),
        *(("--locale-provider=builtin", "--locale=C.UTF-8") if version >= BUILTIN_LOCALE_SINCE else ()),
        # The password is random: rounds of hashing add nothing but time to each connection.
        *(("-c", "scram_iterations=1") if version >= INITDB_SETTINGS_SINCE else ()),
    ]


def _run_initdb(argv: list[str], folder: Path, account: Account | None) -> str | None:
    """Run it; returns what it said if it failed."""
    try:
        result = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=folder,
            env=_environment(),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:  # the account may not run it, or the file system runs no programs
        return str(error)
    if not result.returncode:
        return None
    said = (result.stderr + result.stdout).decode(errors="replace").strip()
    return said or f"it ended with exit code {result.returncode} and said nothing"
