"""The worker's part that keeps the platform for years: once an hour, each shard and Valkey by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from subgraphs.common import metrics
from subgraphs.common.background import Work, every, keep_running
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import Connections, connect, stop_event

from .partitions import keep_partitions
from .registry import TABLES, Ageing
from .settings import UpkeepSettings
from .streams import keep_streams
from .tables import end_rows


async def run() -> None:
    """Keep it up until SIGTERM or SIGINT."""
    settings = UpkeepSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        for name, job in Upkeep(connections, settings).jobs().items():
            again = partial(every, settings.upkeep_seconds, job, stop)
            group.create_task(keep_running(f"upkeep: {name}", again, stop))


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What is to be done at a time; each job may fail without the others."""

    connections: Connections
    settings: UpkeepSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def jobs(self) -> Mapping[str, Work]:
        """All of them, by name; a metric tells when each has last been done."""
        shards = self.connections.shards
        found: dict[str, Work] = {"streams": self._streams}
        for shard in shards.all:
            found[f"partitions of shard {shard}"] = partial(self._partitions, shard)
            for each in TABLES:
                found[f"{each.table} of shard {shard}"] = partial(self._rows, shard, each)
        return {name: partial(_noted, name, job) for name, job in found.items()}

    async def _partitions(self, shard: int) -> None:
        await keep_partitions(self.connections.shards, shard, self.settings, self.now())

    async def _rows(self, shard: int, ageing: Ageing) -> None:
        await end_rows(self.connections.shards, shard, ageing, self.settings, self.now())

    async def _streams(self) -> None:
        await keep_streams(self.connections.valkey, self.settings, self.now())


async def _noted(name: str, job: Work) -> None:
    await job()
    metrics.upkeep_done.labels(name).set(time.time())
