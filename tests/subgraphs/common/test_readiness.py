"""Readiness tells the truth: about servers, and about where this month's rows go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import asyncpg
import pytest

from stack.embedded import Servers
from subgraphs.common.migrate import Ahead, migrate
from subgraphs.orders.app import create_app
from subgraphs.orders.settings import OrdersSettings
from tests.subgraphs.common.graph_client import GraphClient, serve


@pytest.fixture
async def dsn(servers: Servers) -> AsyncIterator[str]:
    """A shard whose partitions the test may take away."""
    connection = await asyncpg.connect(servers.shards[0])
    await connection.execute("CREATE DATABASE ready0")
    dsn = f"{servers.shards[0].rpartition('/')[0]}/ready0"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate([dsn])).result()
    yield dsn
    await connection.execute("DROP DATABASE ready0 WITH (FORCE)")
    await connection.close()


async def drop(dsn: str, table: str, months_ahead: int) -> None:
    connection = await asyncpg.connect(dsn)
    name = await connection.fetchval(
        "SELECT partition FROM waybill.partitions WHERE name = $1 "
        "AND start = waybill.period_start('month', now(), $2)",
        table,
        months_ahead,
    )
    await connection.execute(f"DROP TABLE {name}")
    await connection.close()


async def ready(client: GraphClient) -> tuple[int, dict[str, object]]:
    response = await client.http.get("/health/ready")
    return response.status_code, response.json()


async def test_green_means_that_next_month_has_a_place_too(dsn: str, valkey_url: str) -> None:
    async with serve(create_app(OrdersSettings(shards=(dsn,), valkey_url=valkey_url))) as client:
        assert await ready(client) == (200, {"status": "ready"})
        await drop(dsn, "order_steps", 1)
        warning = "shard 0: orders.order_steps has no partition for the next month"
        assert await ready(client) == (200, {"status": "ready", "warnings": [warning]})
        await drop(dsn, "order_items", 0)
        status, told = await ready(client)
        assert (status, told["status"]) == (503, "not ready")
        assert told["reason"] == "shard 0: orders.order_items has no partition for this month"
        await migrate([dsn], Ahead(now=datetime.now(UTC)))
        assert await ready(client) == (200, {"status": "ready"})


async def test_a_server_that_is_away_is_red(shards: tuple[str, ...], valkey_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    away = OrdersSettings(shards=shards, valkey_url=f"redis://127.0.0.1:{port}/0")
    nowhere = OrdersSettings(shards=(f"postgresql://a:b@127.0.0.1:{port}/c",), valkey_url=valkey_url)
    for settings in (away, nowhere):
        async with serve(create_app(settings)) as client:
            assert (await ready(client))[0] == 503
