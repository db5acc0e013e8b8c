"""What the platform has spent so far: CPU time of each process, SQL statements, transactions.

Statements are our own count (`waybill_sql_statements` of each subgraph), transactions PostgreSQL's, of all.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import httpx
import psutil
from redis.asyncio import Redis
from sqlalchemy import text

from subgraphs.common.database import Shards
from subgraphs.common.process import connect_valkey
from subgraphs.common.reads import Read
from subgraphs.common.topics import STREAM_PREFIX

from .running import Platform

SUBGRAPHS = ("users", "orders", "riders", "catalog")
STATEMENTS = re.compile(r"^waybill_sql_statements_total\{.*\} (\S+)$", re.MULTILINE)
# PostgreSQL's processes tell of their transactions when they are idle, at most every second.
STATISTICS_SECONDS = 1.2
SETTLE_SECONDS = 300.0
_TRANSACTIONS = Read(text("SELECT sum(xact_commit + xact_rollback)::bigint AS n FROM pg_stat_database"))
_LEFT = Read(
    text(
        "SELECT (SELECT count(*) FROM waybill.outbox)"
        " + (SELECT count(*) FROM orders.orders WHERE dispatch = 'WAITING') AS n"
    )
)


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU milliseconds by process, statements of the subgraphs, transactions of all."""

    cpu_ms: dict[str, float]
    statements: float
    transactions: float

    def since(self, before: Spent) -> Spent:
        """What was spent in between."""
        cpu = {name: spent - before.cpu_ms.get(name, 0.0) for name, spent in self.cpu_ms.items()}
        return Spent(cpu, self.statements - before.statements, self.transactions - before.transactions)


class Meters:
    """Reads a platform's meters."""

    def __init__(self, platform: Platform, shards: Shards, valkey: Redis, http: httpx.AsyncClient) -> None:
        self._platform, self._shards, self._valkey, self._http = platform, shards, valkey, http

    async def read(self) -> Spent:
        """All of them, now."""
        cpu = {
            name: 1000 * cpu_seconds(process.pid)
            for name, process in self._platform.state.processes.items()
            if process.pid is not None
        }
        statements = sum([await self._statements(name) for name in SUBGRAPHS])
        await asyncio.sleep(STATISTICS_SECONDS)
        [row] = await self._shards.fetch(0, _TRANSACTIONS, "bench")
        return Spent(cpu, statements, float(row.n))

    async def settled(self) -> None:
        """Wait until what follows from requests is done: every event handled, every order dispatched."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while await self._left():  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.05)

    async def _left(self) -> bool:
        for shard in self._shards.all:
            [row] = await self._shards.fetch(shard, _LEFT, "bench")
            if row.n:
                return True
        return any([await self._unread(name) for name in SUBGRAPHS])

    async def _unread(self, subgraph: str) -> bool:
        stream = STREAM_PREFIX + subgraph
        if not await self._valkey.exists(stream):
            return False
        groups = await self._valkey.xinfo_groups(stream)
        return any(group["pending"] or group["lag"] for group in groups)

    async def _statements(self, subgraph: str) -> float:
        address = self._platform.state.processes[subgraph].address
        page = (await self._http.get(f"http://{address}/metrics")).text
        return sum(map(float, STATEMENTS.findall(page)))


def open_valkey(platform: Platform) -> Redis:
    """The platform's Valkey."""
    return connect_valkey(platform.settings)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children, also of those that have ended."""
    root = psutil.Process(pid)
    times = root.cpu_times()
    ended = times.children_user + times.children_system
    return ended + sum(map(_own_seconds, [root, *root.children(recursive=True)]))


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
