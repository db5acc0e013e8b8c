"""The worker outlives every server that it needs, whenever that goes away, and a row that makes no sense."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from stack.embedded import postgres, valkey
from stack.embedded.ports import free_ports
from stack.home import Home
from stack.platform.parts import PARTS
from stack.process import Command, spawn
from subgraphs.common.ids import new_id
from subgraphs.common.migrate import migrate
from subgraphs.orders.providers.simulator import SimulatorSettings
from subgraphs.orders.providers.simulator import create_app as create_simulator
from subgraphs.orders.settings import OrdersSettings
from tests.subgraphs.common.http_server import served
from tests.subgraphs.orders.background import running

PATIENCE = 120


class OwnServers:
    """PostgreSQL with two shards, and Valkey, that may be killed and started again at their addresses."""

    def __init__(self, root: Path) -> None:
        home = Home(root)
        home.create()
        postgres_port, valkey_port = free_ports(2)
        self.cluster = postgres.prepare(home, postgres_port)
        self._valkey = valkey.prepare(home, valkey_port)
        self._home = home
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.valkey_url = valkey.url(home, valkey_port)
        self.shards = (self.cluster.dsn("shard0"), self.cluster.dsn("shard1"))

    async def start_postgres(self) -> None:
        self.cluster.end_leftover()
        self._start(self.cluster.command(postgres.Tuning(shared_buffers=32)))
        async with asyncio.timeout(PATIENCE):
            while not await postgres.answers(self.cluster):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def start_valkey(self) -> None:
        self._start(self._valkey)
        async with asyncio.timeout(PATIENCE):
            while not await valkey.answers(self.valkey_url):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def kill(self, name: str) -> None:
        self._running[name].kill()
        self._running[name].wait()

    def end(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self._running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, command: Command) -> None:
        with (self._home.logs / f"{command.name}.log").open("ab") as log:
            self._running[command.name] = spawn(command, log.fileno())


@pytest.fixture
def own() -> Iterator[OwnServers]:
    root = Path(tempfile.mkdtemp(prefix="waybill-worker-"))
    root.chmod(0o711)
    servers = OwnServers(root)
    yield servers
    servers.end()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
async def settings(own: OwnServers) -> AsyncIterator[OrdersSettings]:
    """Migrated shards, with a rider whose row says that he is at the pole."""
    await own.start_postgres()
    await postgres.create_databases(own.cluster, ("shard0", "shard1"))
    await migrate(own.shards)
    await own.start_valkey()
    connection = await asyncpg.connect(own.shards[0])
    await connection.execute(
        "INSERT INTO riders.riders (id, user_id, tenant_id, vehicle, region, status, lat, lon, located_at) "
        "VALUES ($1, $1, 'main', 'CAR', 'r', 'ONLINE', 90, 31.2, now())",
        new_id(0),
    )
    await connection.close()
    async with served(create_simulator(SimulatorSettings(delay_ms=0))) as url:
        yield OrdersSettings(
            shards=own.shards, valkey_url=own.valkey_url, provider_url=url, dispatch_sweep_seconds=1
        )


ORDER = """
    INSERT INTO orders.orders (id, customer_id, tenant_id, vendor_id, status, region, currency, items_total,
        delivery_fee, service_fee, total, street, city, lat, lon, delivery_rule, delivered_by, dispatch)
    VALUES ($1, $1, 'main', $1, 'ACCEPTED', 'r', 'EGP', 1, 1, 1, 3, '', '', 30, 31,
        'PROVIDER', 'PROVIDER', 'WAITING')
"""


async def place(own: OwnServers) -> UUID:
    """An order that waits: the sweep finds it."""
    id = new_id(0)
    connection = await asyncpg.connect(own.shards[0])
    await connection.execute(ORDER, id)
    await connection.close()
    return id


async def dispatched(own: OwnServers, id: UUID) -> None:
    """Return when it is."""
    query = "SELECT dispatch = 'DONE' FROM orders.orders WHERE id = $1"
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                connection = await asyncpg.connect(own.shards[0])
                try:
                    if await connection.fetchval(query, id):
                        return
                finally:
                    await connection.close()
            await asyncio.sleep(0.2)


async def test_each_server_goes_away_once_and_the_same_worker_goes_on(
    own: OwnServers, settings: OrdersSettings
) -> None:
    own.kill("valkey")  # already at the start
    async with running(settings, *PARTS["worker"].targets) as worker:
        first = await place(own)
        await asyncio.sleep(2)
        assert worker.returncode is None
        await own.start_valkey()
        await dispatched(own, first)

        own.kill("valkey")
        second = await place(own)
        await asyncio.sleep(1)
        await own.start_valkey()
        await dispatched(own, second)

        connection = await asyncpg.connect(own.shards[1])
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(backend, signal.SIGKILL)  # PostgreSQL ends all its connections, and recovers
        connection.terminate()
        async with asyncio.timeout(PATIENCE):
            while not await postgres.answers(own.cluster):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await dispatched(own, await place(own))

        own.kill("postgres")
        await asyncio.sleep(2)
        await own.start_postgres()
        await dispatched(own, await place(own))
        assert worker.returncode is None
