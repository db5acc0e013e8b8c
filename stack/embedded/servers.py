"""Both data servers for the length of a `with` block: what tests and tools use.

The platform itself starts the same commands under its supervisor.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.home import Home
from stack.process import Command, spawn

from . import postgres, valkey
from .ports import free_ports
from .roles import Role

START_PATIENCE, STOP_PATIENCE = 60.0, 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers' addresses; the shards' with their owner's role, and with the two others."""

    shards: tuple[str, ...]
    app_shards: tuple[str, ...]
    system_shards: tuple[str, ...]
    search: str
    valkey: str


def shard_names(count: int) -> list[str]:
    """Name the shard databases."""
    return [f"shard{number}" for number in range(count)]


@contextmanager
def running(root: Path, *, shards: int = 4, tuning: postgres.Tuning | None = None) -> Iterator[Servers]:
    """Run Postgres and Valkey on free ports, with their data under `root`."""
    home = Home(root)
    home.create()
    tuning = tuning or postgres.Tuning()
    postgres_port, valkey_port = free_ports(2)
    cluster = postgres.prepare(home, postgres_port)
    cluster.end_leftover()
    address = valkey.url(home, valkey_port)
    with ExitStack() as stack:
        stack.enter_context(_running(valkey.prepare(home, valkey_port, durable=tuning.durable), home))
        stack.enter_context(_running(cluster.command(tuning), home))
        names = shard_names(shards)
        with ThreadPoolExecutor(1) as thread:  # the caller may be inside a running loop
            thread.submit(asyncio.run, _ready(cluster, [*names, postgres.SEARCH_DATABASE], address)).result()
        owner, app, system = (tuple(cluster.dsn(name, role) for name in names) for role in Role)
        yield Servers(owner, app, system, cluster.dsn(postgres.SEARCH_DATABASE), address)


async def _ready(cluster: postgres.Cluster, databases: list[str], address: str) -> None:
    async with asyncio.timeout(START_PATIENCE):
        while not await postgres.answers(cluster) or not await valkey.answers(address):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await postgres.create_databases(cluster, databases)


@contextmanager
def _running(command: Command, home: Home) -> Iterator[None]:
    with (home.logs / f"{command.name}.log").open("ab") as log:
        process = spawn(command, log.fileno())
    try:
        yield
    finally:
        process.send_signal(command.stop_signal)
        try:
            process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
