"""deploy/fail-over: a replica takes its primary's place while somebody writes; nothing committed is lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from stack.embedded.ports import LOCALHOST, free_ports
from stack.servers.probe_postgres import PostgresServer
from stack.servers.trouble import Code, Trouble
from subgraphs.common.database import SystemShards
from subgraphs.common.ids import new_id
from subgraphs.common.migrate import migrate
from subgraphs.common.outbox import emit
from subgraphs.common.settings import CommonSettings

from .box import Box
from .servers import DEPLOY, PASSWORD, USER, Pair, start_pair, start_pgbouncer, start_replica

NUMBER = 7


@pytest.fixture
def pair(box: Box) -> Iterator[Pair]:
    pair = Pair(NUMBER, *free_ports(2))
    start_pair(box, pair)
    yield pair
    for name in (f"replica-{NUMBER}", f"postgres-{NUMBER}"):
        if name in box.running:
            box.stop(name)


@pytest.fixture
def pooled(box: Box, pair: Pair) -> Iterator[str]:
    """PgBouncer before the primary; the shard's address there."""
    (port,) = free_ports(1)
    place = f"host={LOCALHOST} port={pair.primary} dbname={USER}"
    start_pgbouncer(box, {f"shard{NUMBER}": place}, port, "pgbouncer-failover")
    yield f"postgresql://{USER}:{PASSWORD}@{LOCALHOST}:{port}/shard{NUMBER}"
    box.stop("pgbouncer-failover")


class Writer:
    """Writes until it is told to stop; knows what was committed."""

    def __init__(self, dsn: str) -> None:
        self.committed: list[UUID] = []
        self.refused = 0
        self.writing: asyncio.Task[None] | None = None
        # As compose.yaml's processes have it, behind PgBouncer.
        self.shards = SystemShards(CommonSettings(shards=(dsn,), statement_cache_size=0))

    def start(self) -> None:
        """Begin to write."""
        self.writing = asyncio.create_task(self._write_forever())

    async def stop(self) -> None:
        """End it."""
        assert self.writing is not None
        self.writing.cancel()
        await self.shards.close()

    async def _write_forever(self) -> None:
        while True:
            with suppress(SQLAlchemyError, OSError):
                async with self.shards.transaction_on(0) as session:
                    id = await emit(session, "order.placed", new_id(), {}, tenant="failover")
                self.committed.append(id)
                continue
            self.refused += 1
            await asyncio.sleep(0.05)

    async def until(self, count: int) -> None:
        """Return when so many more are committed."""
        wanted = len(self.committed) + count
        async with asyncio.timeout(60):
            while len(self.committed) < wanted:
                assert self.writing is not None
                if self.writing.done():
                    self.writing.result()  # raises: nobody writes any more
                await asyncio.sleep(0.05)


async def test_a_promoted_replica_has_all_that_was_committed_and_takes_the_writes(
    box: Box, pair: Pair, pooled: str
) -> None:
    await migrate([pair.dsn()])
    writer = Writer(pooled)
    writer.start()
    await writer.until(50)

    await asyncio.to_thread(run_fail_over, box, pair)
    await writer.until(50)

    await writer.stop()
    assert await written(pair.dsn(replica=True)) >= set(writer.committed)
    await a_new_replica_follows(box, pair)


def run_fail_over(box: Box, pair: Pair) -> None:
    """Run the script; it asks for a stop and a promotion by commands, of which the first is ours."""
    asked, done = box.root / "stop-asked", box.root / "stop-done"
    for fifo in (asked, done):
        os.mkfifo(fifo)
    stop = script(box, "stop", f'echo "$1" > {asked}\nread answer < {done}\n')
    promote = script(
        box,
        "promote",
        f"PGPASSWORD={PASSWORD} psql -h {LOCALHOST} -p {pair.replica} -U {USER} -d {USER} -Atqc "
        '"SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote() ELSE true END"\n',
    )
    ini = box.root / "pgbouncer-failover" / "pgbouncer.ini"
    env = {
        **os.environ,
        "INI": str(ini),
        "STOP": str(stop),
        "PROMOTE": str(promote),
        # Names stand for addresses here: the port is the replica's as well.
        "RELOAD": str(script(box, "reload", reloading(box, pair, ini))),
    }
    running = subprocess.Popen(
        [DEPLOY / "fail-over", str(NUMBER)], env=env, stdout=subprocess.PIPE, text=True
    )
    assert asked.read_text().strip() == f"postgres-{NUMBER}"
    box.stop(f"postgres-{NUMBER}")
    done.write_text("stopped\n")
    said, _ = running.communicate(timeout=90)
    assert running.returncode == 0, said
    assert f"POSTGRES_{NUMBER}=replica-{NUMBER}" in said


def script(box: Box, name: str, body: str) -> Path:
    file = box.root / f"failover-{name}"
    file.write_text(f"#!/bin/sh\nset -eu\n{body}")
    file.chmod(0o755)
    return file


def reloading(box: Box, pair: Pair, ini: Path) -> str:
    """Put the replica's address for its name, as the network of compose.yaml does, and reload."""
    address = f"s/host=replica-{NUMBER} port={pair.primary}/host={LOCALHOST} port={pair.replica}/"
    return f"sed -i '{address}' {ini}\nchmod a+r {ini}\nkill -HUP {box.running['pgbouncer-failover'].pid}\n"


async def written(dsn: str) -> set[UUID]:
    connection = await asyncpg.connect(dsn)
    try:
        return {row["id"] for row in await connection.fetch("SELECT id FROM waybill.outbox")}
    finally:
        await connection.close()


async def a_new_replica_follows(box: Box, pair: Pair) -> None:
    """Copy the promoted server by replica.sh, in the old primary's place."""
    (port,) = free_ports(1)
    await asyncio.to_thread(start_replica, box, "replica-new", port, pair.replica)
    copy = f"postgresql://{USER}:{PASSWORD}@{LOCALHOST}:{port}/{USER}"
    try:
        assert await written(copy) == await written(pair.dsn(replica=True))
        with pytest.raises(Trouble) as raised:
            await PostgresServer("shard 7", copy, "WAYBILL_SHARDS").probe()
        assert raised.value.code is Code.READ_ONLY
    finally:
        await asyncio.to_thread(box.stop, "replica-new")
