"""A subgraph's process that is told to end: readiness red, subscriptions are told, requests end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from stack.embedded.ports import free_ports
from subgraphs.common.auth import Role
from tests.subgraphs.riders.fleet import CAIRO, Fleet, TestRider

LOCATION = "subscription($id: ID!) { riderLocation(riderId: $id) { lat } }"
STATUS = "query($id: ID!) { rider(id: $id) { id } }"
RED_SECONDS = 3  # readiness is red for so long before the port closes


@asynccontextmanager
async def riders_process(fleet: Fleet, home: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`waybill run riders`, ready, as a load balancer would find it."""
    (port,) = free_ports(1)
    settings = fleet.settings
    variables = {
        "SHARDS": ",".join(settings.shards),
        "VALKEY_URL": settings.valkey_url,
        "JWKS_URL": settings.jwks_url,
        "TENANT": settings.tenant,
        "HOME": str(home),
        "DRAIN_SECONDS": str(RED_SECONDS),
        "STATEMENT_TIMEOUT_MS": "60000",
    }
    env = {**os.environ, **{f"WAYBILL_{name}": value for name, value in variables.items()}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "stack", "run", "riders", "--port", str(port), env=env
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await until_ready_is(url, 200)
        yield process, url
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def until_ready_is(url: str, status: int) -> None:
    async with httpx.AsyncClient() as http, asyncio.timeout(60):
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"{url}/health/ready")).status_code == status:
                    return
            await asyncio.sleep(0.05)


async def follow(socket: ClientConnection, rider: TestRider) -> None:
    """Subscribe, and see the first place."""
    headers = {"Authorization": f"Bearer {rider.token}"}
    payload = {"query": LOCATION, "variables": {"id": str(rider.id)}}
    await socket.send(json.dumps({"type": "connection_init", "payload": headers}))
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
    assert [json.loads(await socket.recv())["type"] for _ in range(2)] == ["connection_ack", "next"]


async def close_code(socket: ClientConnection) -> int | None:
    """Wait until the other side closes."""
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass
    return socket.close_code


@asynccontextmanager
async def locked(dsns: tuple[str, ...]) -> AsyncIterator[None]:
    """Nobody reads riders meanwhile."""
    connections = [await asyncpg.connect(dsn) for dsn in dsns]
    try:
        for connection in connections:
            await connection.execute("BEGIN; LOCK TABLE riders.riders IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        for connection in connections:
            await connection.close()


async def waits_for_a_lock(dsns: tuple[str, ...]) -> None:
    """Return when the request under way has reached the database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    connection = await asyncpg.connect(dsns[0])
    async with asyncio.timeout(30):
        while not await connection.fetchval(query):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await connection.close()


async def test_a_subgraph_told_to_end_turns_red_tells_streams_and_lets_requests_end(
    fleet: Fleet, tmp_path: Path
) -> None:
    rider = await fleet.rider(place=CAIRO)
    admin = {"authorization": f"Bearer {fleet.issuer.person(Role.ADMIN).token}"}
    asked: dict[str, Any] = {"query": STATUS, "variables": {"id": str(rider.id)}}
    async with (
        riders_process(fleet, tmp_path) as (process, url),
        httpx.AsyncClient(timeout=60, headers=admin) as http,
        connect(f"{url.replace('http', 'ws')}/graphql", subprotocols=["graphql-transport-ws"]) as socket,  # type: ignore[list-item]
    ):
        await follow(socket, rider)
        told = asyncio.create_task(close_code(socket))
        async with locked(fleet.settings.owner_shards):
            slow = asyncio.create_task(http.post(f"{url}/graphql", json=asked))
            await waits_for_a_lock(fleet.settings.owner_shards)

            process.send_signal(signal.SIGTERM)
            await until_ready_is(url, 503)
            # Load balancers have not looked yet: what still comes is served, and nobody was told to go.
            assert (await http.post(f"{url}/graphql", json={"query": "{ __typename }"})).status_code == 200
            assert not told.done()

            assert await told == 1012
            assert process.returncode is None  # it waits for the request
        answer = (await slow).json()
        assert answer == {"data": {"rider": {"id": str(rider.id)}}}
        assert await asyncio.wait_for(process.wait(), 30) == 0
