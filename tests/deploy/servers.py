"""Debian's PostgreSQL with replicas, PgBouncer and Redis, run with the files of deploy/."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.embedded.ports import LOCALHOST
from stack.process import Command

from .box import Box
from .programs import postgres_programs, program

DEPLOY = Path(__file__).parents[2] / "deploy"
USER, PASSWORD, REPLICATION_PASSWORD = "waybill", "for-tests", "for-replicas"
ROLES = {"waybill_app": "for-requests", "waybill_system": "for-all-tenants"}
SECRETS = {
    "POSTGRES_PASSWORD": PASSWORD,
    "APP_PASSWORD": ROLES["waybill_app"],
    "SYSTEM_PASSWORD": ROLES["waybill_system"],
    "REPLICATION_PASSWORD": REPLICATION_PASSWORD,
    "VALKEY_PASSWORD": "for-valkey",
}
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
    start_primary(box, f"postgres-{pair.number}", pair.primary)
    start_replica(box, f"replica-{pair.number}", pair.replica, pair.primary)


def start_replica(box: Box, name: str, port: int, primary: int) -> None:
    """Start a server that copies another one by `replica.sh`, and follows it."""
    argv = (str(_files(box) / "replica.sh"),)
    box.start(_server(box, name, argv, box.folder(name), port, primary))
    box.wait(name, lambda: _answers(postgres_programs(), port))


def start_primary(box: Box, name: str, port: int) -> None:
    """Start a server with the role's database and the settings of `primary.sh`."""
    programs = postgres_programs()
    data = box.folder(name)
    _initialise(box, programs, data)
    box.start(_server(box, name, (str(programs / "postgres"),), data, port))
    box.wait(name, lambda: _answers(programs, port))
    box.run([str(programs / "createdb"), USER], _client(port))
    # As the image does it: the script runs once, against the new server.
    variables = {"POSTGRES_USER": USER, "POSTGRES_DB": USER, "PGDATA": str(data)}
    box.run([str(_files(box) / "primary.sh")], {**_client(port), **variables, "PATH": _path(programs)})
    box.running[name].send_signal(signal.SIGHUP)


def run_sql(box: Box, port: int, *statements: str, database: str = USER) -> str:
    """Run statements as the superuser; returns what the last one prints."""
    argv = [str(postgres_programs() / "psql"), "-d", database, "-AtX", "-v", "ON_ERROR_STOP=1"]
    commands = [word for statement in statements for word in ("-c", statement)]
    return box.run([*argv, *commands], _client(port)).stdout.strip()


def start_pgbouncer(box: Box, places: Mapping[str, str], port: int, name: str = "pgbouncer") -> None:
    """Start PgBouncer with deploy/pgbouncer/pgbouncer.ini; `places` are its databases (`host=… port=…`)."""
    folder = box.folder(name)
    users = folder / "userlist.txt"
    known = {**ROLES, USER: PASSWORD}
    users.write_text("".join(f'"{user}" "{password}"\n' for user, password in known.items()))
    changes = {"listen_port = 6432": f"listen_port = {port}", "listen_addr = *": f"listen_addr = {LOCALHOST}"}
    changes |= {"/etc/pgbouncer/userlist.txt": str(users)}
    text = substitute((DEPLOY / "pgbouncer/pgbouncer.ini").read_text(), changes)
    databases = "".join(f"{database} = {place}\n" for database, place in places.items())
    ini = folder / "pgbouncer.ini"
    ini.write_text(re.sub(r"(?:^shard\d = .*\n)+", databases, text, flags=re.M))
    for file in (users, ini):
        box.give(file)
    box.start(Command(name, (program("pgbouncer"), str(ini)), folder, account=box.account))
    box.wait(name, lambda: listens(port))


def start_redis(box: Box, port: int, *, name: str = "redis", options: Sequence[str] = ()) -> None:
    """Start Debian's Redis."""
    argv = (program("redis-server"), "--port", str(port), "--bind", LOCALHOST, *options)
    box.start(Command(name, argv, box.folder(name), account=box.account))
    box.wait(name, lambda: listens(port))


def _files(box: Box) -> Path:
    """Copy deploy/postgres to where the servers' account may read it."""
    files = box.root / "postgres-files"
    if not files.exists():
        shutil.copytree(DEPLOY / "postgres", files)
        files.chmod(0o755)
    return files


def _initialise(box: Box, programs: Path, data: Path) -> None:
    password = box.root / f"{data.name}.password"
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
        **SECRETS,
    }


def _answers(programs: Path, port: int) -> bool:
    asked = subprocess.run([programs / "pg_isready", "-q", "-h", LOCALHOST, "-p", str(port)], check=False)
    return asked.returncode == 0


def _path(programs: Path) -> str:
    return f"{programs}:{os.environ.get('PATH', os.defpath)}:/usr/bin:/bin"
