"""What row-level security costs a read: CPU of our process and of PostgreSQL's, in rounds that take turns.

Three ways of the same read: by the tables' owner, whom nothing holds back; for one tenant, by the app's role;
for two tenants by turns, over the same pool.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import insert, text

from stack.embedded import Servers, running
from subgraphs.catalog.loaders import ProductById
from subgraphs.catalog.models import ProductRow
from subgraphs.common.database import Shards, ShardsByTenant, SystemShards
from subgraphs.common.ids import new_id
from subgraphs.common.migrate import migrate
from subgraphs.common.roles import Roles
from subgraphs.common.settings import CommonSettings

from .machine import describe_machine
from .tables import markdown_table

TENANTS = ("north", "south")
PRODUCTS, KEYS = 2_000, 20
_PIDS = text("SELECT pid FROM pg_stat_activity WHERE datname = 'shard0'")
Read = Callable[[int], Awaitable[object]]


@dataclass(frozen=True)
class Ways:
    """Each way to read, by name; the first is what the others are held against."""

    reads: dict[str, Read]
    system: SystemShards

    async def cpu(self) -> float:
        """Seconds of CPU so far: this process's, and all of PostgreSQL's that serve it."""
        pids = [row.pid for row in await self.system.fetch(0, _PIDS, "pids")]
        return time.process_time() + sum(_cpu_of(pid) for pid in pids)


def command(
    rounds: Annotated[int, typer.Option(help="Rounds of each way.")] = 30,
    reads: Annotated[int, typer.Option(help="Reads a round.")] = 1_000,
) -> None:
    """Measure reads behind row-level security, of one tenant and of two by turns."""
    with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
        Path(folder).chmod(0o711)  # Postgres's own user must pass, when root measures
        with running(Path(folder), shards=1) as servers:
            print(asyncio.run(_measure(servers, rounds, reads)))
    print(f"`python -m bench tenants`; {describe_machine()}.")


async def _measure(servers: Servers, rounds: int, reads: int) -> str:
    await migrate(servers.shards, roles=Roles("waybill_app", "waybill_system"))
    owner = SystemShards(CommonSettings(shards=servers.shards))
    apart = ShardsByTenant(CommonSettings(shards=servers.app_shards))
    keys = {tenant: await _fill(owner, tenant) for tenant in TENANTS}
    north, _ = TENANTS
    ways = Ways(
        {
            "owner": lambda n: _read(owner, keys[north], n),
            "one tenant": lambda n: _read(apart.of(north), keys[north], n),
            "two by turns": lambda n: _read(apart.of(TENANTS[n % 2]), keys[TENANTS[n % 2]], n),
        },
        owner,
    )
    spent = {name: list[float]() for name in ways.reads}
    for number in range(rounds + 1):
        for name, read in ways.reads.items():
            before = await ways.cpu()
            for n in range(reads):
                await read(n)
            if number:  # the first opens connections and prepares statements
                spent[name].append((await ways.cpu() - before) / reads * 1e6)
    await owner.close()
    await apart.connections.close()
    return _table(spent)


async def _fill(shards: Shards, tenant: str) -> Sequence[UUID]:
    vendor = new_id(0)
    ids = [new_id(like=vendor) for _ in range(PRODUCTS)]
    shown = {"vendor_id": vendor, "tenant_id": tenant, "name": "Koshari", "price": 4500, "currency": "EGP"}
    async with shards.transaction(vendor) as session:
        await session.execute(insert(ProductRow), [{"id": id, **shown} for id in ids])
    return ids


async def _read(shards: Shards, ids: Sequence[UUID], n: int) -> None:
    start = n * KEYS % (PRODUCTS - KEYS)
    found = await ProductById(shards).load_many(list(ids[start : start + KEYS]))
    assert all(found), "a tenant does not see its own rows"


def _cpu_of(pid: int) -> float:
    """User and system time of a process (proc(5)); none of one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _table(spent: dict[str, list[float]]) -> str:
    base = next(iter(spent.values()))
    rows = [
        (
            name,
            statistics.median(values),
            statistics.median(value / own for value, own in zip(values, base, strict=True)),
        )
        for name, values in spent.items()
    ]
    return markdown_table(("read of 20 products", "CPU µs, median", "against the owner's, paired"), rows)
