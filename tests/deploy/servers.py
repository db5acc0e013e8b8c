"""Debian's PostgreSQL with replicas, PgBouncer and Redis, run with the files of deploy/."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack.embedded.ports import LOCALHOST
from stack.process import Command

from .box import Box
from .programs import postgres_programs, program

DEPLOY = Path(__file__).parents[2] / "deploy"
USER, PASSWORD, REPLICATION_PASSWORD = "waybill", "for-tests", "for-replicas"
# Small and quick: what the files say of sizes is for a real server.
SMALL = {"shared_buffers": "32MB", "fsync": "off", "max_slot_wal_keep_size": "1GB"}


@dataclass(frozen=True)
class Pair:
    """A shard's server and its replica, by port."""

    number: int
    primary: int
    replica: int

    def dsn(self, database: str = "waybill", *, replica: bool = False) -> str:
        """Return a database's address."""
        port = self.replica if replica else self.primary
        return f"postgresql://{USER}:{PASSWORD}@{LOCALHOST}:{port}/{database}"


def listens(port: int) -> bool:
    """Tell whether somebody takes connections."""
    with socket.socket() as probe:
        return probe.connect_ex((LOCALHOST, port)) == 0


def substitute(text: str, changes: dict[str, str]) -> str:
    """Put our addresses for those of the file; each must be in it."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the file any more"
        text = text.replace(old, new)
    return text


def start_pair(box: Box, pair: Pair) -> None:
    """Start a server as compose.yaml does, then its replica by `replica.sh`."""
    programs, number = postgres_programs(), pair.number
    files = _files(box)
    data = box.folder(f"primary-{number}")
    _initialise(box, programs, data)
    box.start(_server(box, f"postgres-{number}", (str(programs / "postgres"),), data, pair.primary))
    box.wait("postgres", lambda: _answers(programs, pair.primary))
    box.run([str(programs / "createdb"), USER], _client(pair.primary))
    # As the image does it: the script runs once, against the new server.
    variables = {"POSTGRES_USER": USER, "POSTGRES_DB": USER, "PGDATA": str(data)}
    box.run([str(files / "primary.sh")], {**_client(pair.primary), **variables, "PATH": _path(programs)})
    box.running[f"postgres-{number}"].send_signal(signal.SIGHUP)
    copy = box.folder(f"replica-{number}")
    box.start(
        _server(box, f"replica-{number}", (str(files / "replica.sh"),), copy, pair.replica, pair.primary)
    )
    box.wait("replica", lambda: _answers(programs, pair.replica))


def start_pgbouncer(box: Box, pairs: list[Pair], port: int) -> None:
    """Start PgBouncer with deploy/pgbouncer/pgbouncer.ini, in front of the servers."""
    folder = box.folder("pgbouncer")
    users = folder / "userlist.txt"
    users.write_text(f'"{USER}" "{PASSWORD}"\n')
    changes = {"listen_port = 6432": f"listen_port = {port}", "listen_addr = *": f"listen_addr = {LOCALHOST}"}
    changes |= {"/etc/pgbouncer/userlist.txt": str(users)}
    for pair in pairs:
        old = f"host=postgres-{pair.number} port=5432"
        changes[old] = f"host={LOCALHOST} port={pair.primary}"
    ini = folder / "pgbouncer.ini"
    ini.write_text(substitute((DEPLOY / "pgbouncer/pgbouncer.ini").read_text(), changes))
    for file in (users, ini):
        box.give(file)
    box.start(Command("pgbouncer", (program("pgbouncer"), str(ini)), folder, account=box.account))
    box.wait("pgbouncer", lambda: listens(port))


def start_redis(box: Box, port: int) -> None:
    """Start Debian's Redis."""
    argv = (program("redis-server"), "--port", str(port), "--bind", LOCALHOST, "--save", "")
    box.start(Command("redis", argv, box.folder("redis"), account=box.account))
    box.wait("redis", lambda: listens(port))


def _files(box: Box) -> Path:
    """Copy deploy/postgres to where the servers' account may read it."""
    files = box.root / "postgres-files"
    if not files.exists():
        shutil.copytree(DEPLOY / "postgres", files)
        files.chmod(0o755)
    return files


def _initialise(box: Box, programs: Path, data: Path) -> None:
    password = data.with_suffix(".password")
    password.write_text(PASSWORD)
    box.give(password)
    options = ["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    box.run([str(programs / "initdb"), "-D", str(data), *options, f"--pwfile={password}"], as_account=True)
    with (data / "pg_hba.conf").open("a") as hba:  # as the image's own entry point does
        hba.write("host all all all scram-sha-256\n")


def _server(
    box: Box, name: str, argv: tuple[str, ...], data: Path, port: int, primary: int | None = None
) -> Command:
    settings = {**SMALL, "port": str(port), "listen_addresses": LOCALHOST, "unix_socket_directories": ""}
    settings["config_file"] = str(_files(box) / "postgresql.conf")
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    env = {
        "PATH": _path(postgres_programs()),
        "PGDATA": str(data),
        "PRIMARY_HOST": LOCALHOST,
        "PRIMARY_PORT": str(primary or ""),
        "REPLICATION_PASSWORD": REPLICATION_PASSWORD,
    }
    return Command(name, (*argv, *options), data, env, box.account, signal.SIGINT)


def _client(port: int) -> dict[str, str]:
    return {
        "PGHOST": LOCALHOST,
        "PGPORT": str(port),
        "PGUSER": USER,
        "PGPASSWORD": PASSWORD,
        "REPLICATION_PASSWORD": REPLICATION_PASSWORD,
    }


def _answers(programs: Path, port: int) -> bool:
    asked = subprocess.run([programs / "pg_isready", "-q", "-h", LOCALHOST, "-p", str(port)], check=False)
    return asked.returncode == 0


def _path(programs: Path) -> str:
    return f"{programs}:{os.environ.get('PATH', os.defpath)}:/usr/bin:/bin"
