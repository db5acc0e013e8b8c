"""Positions queued in Valkey → PostgreSQL, many in one statement a shard; each batch until it is written.

The queue is a stream with a consumer group: killed in the middle of a batch, the batch comes again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import ARRAY, DateTime, Double, Text, Uuid, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from subgraphs.common.database import Shards

from .keys import PINGS
from .settings import RidersSettings

logger = logging.getLogger(__name__)
GROUP = "riders.pings"
_PAUSE_SECONDS = 1.0
# A day's partitions are made this many days before they are needed.
_DAYS_AHEAD = 2
_TURN_SECONDS = 3600.0

_ARRAYS = (
    bindparam("riders", type_=ARRAY(Uuid)),
    bindparam("ats", type_=ARRAY(DateTime(timezone=True))),
    bindparam("tenants", type_=ARRAY(Text)),
    bindparam("lats", type_=ARRAY(Double)),
    bindparam("lons", type_=ARRAY(Double)),
    bindparam("headings", type_=ARRAY(Double)),
)
_WRITE = text(
    """
    WITH ping AS (
        SELECT * FROM unnest(:riders, :ats, :tenants, :lats, :lons, :headings)
            AS ping(rider_id, at, tenant_id, lat, lon, heading)
    ), written AS (
        INSERT INTO riders.pings (rider_id, at, tenant_id, lat, lon, heading)
        SELECT rider_id, at, tenant_id, lat, lon, heading FROM ping ON CONFLICT DO NOTHING
    )
    UPDATE riders.riders r SET lat = last.lat, lon = last.lon, heading = last.heading, located_at = last.at
    FROM (SELECT DISTINCT ON (rider_id) * FROM ping ORDER BY rider_id, at DESC) AS last
    WHERE r.id = last.rider_id AND (r.located_at IS NULL OR r.located_at < last.at)
    """
).bindparams(*_ARRAYS)
_TURN = text("SELECT riders.turn_days(:ahead, :kept)")
_MONTHS = text("SELECT riders.make_months(now(), now() + interval '3 months')")

Entry = tuple[str, Mapping[str, str]]


class PingWriter:
    """One member of the group that empties the queue."""

    def __init__(self, valkey: Redis, shards: Shards, settings: RidersSettings) -> None:
        self._valkey, self._shards, self._settings = valkey, shards, settings
        self._member = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"

    async def run(self, stop: asyncio.Event) -> None:
        """Write until `stop` is set; outlives restarts of Valkey and PostgreSQL."""
        turned = float("-inf")
        while not stop.is_set():
            try:
                now = asyncio.get_running_loop().time()
                if now - turned > _TURN_SECONDS:
                    await self.turn_partitions()
                    turned = now
                await self.prepare()
                while not stop.is_set() and asyncio.get_running_loop().time() - turned <= _TURN_SECONDS:
                    await self.step()
            except (RedisError, OSError, SQLAlchemyError) as error:
                logger.warning("pings wait", extra={"reason": f"{type(error).__name__}: {error}"})
                await asyncio.sleep(_PAUSE_SECONDS)

    async def prepare(self) -> None:
        """Make the group where it is not there yet."""
        try:
            await self._valkey.xgroup_create(PINGS, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def step(self, block_ms: int = 1000) -> int:
        """Write what others left, then what is new; returns how many."""
        count = self._settings.pings_batch
        claimed: Any = await self._valkey.xautoclaim(
            PINGS, GROUP, self._member, self._settings.events_idle_ms, count=count
        )
        written = await self._write([entry for entry in claimed[1] if entry[1]])
        answer: Any = await self._valkey.xreadgroup(
            GROUP, self._member, {PINGS: ">"}, count=count, block=block_ms
        )
        streams = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer or ()]
        for entries in streams:
            written += await self._write(_flat(entries))
        return written

    async def turn_partitions(self) -> None:
        """Make the partitions of the coming days and months, drop days that are over."""
        for shard in self._shards.all:
            async with self._shards.transaction_on(shard, "partitions") as session:
                await session.execute(_TURN, {"ahead": _DAYS_AHEAD, "kept": self._settings.pings_days})
                await session.execute(_MONTHS)

    async def _write(self, entries: Sequence[Entry]) -> int:
        if not entries:
            return 0
        groups: dict[int, list[Mapping[str, str]]] = {}
        for _, ping in entries:
            groups.setdefault(self._shards.map.shard_of(UUID(ping["rider"])), []).append(ping)
        await asyncio.gather(*(self._write_shard(shard, pings) for shard, pings in groups.items()))
        ids = [id for id, _ in entries]
        async with self._valkey.pipeline(transaction=False) as pipe:
            pipe.xack(PINGS, GROUP, *ids)
            pipe.xdel(PINGS, *ids)
            await pipe.execute()
        return len(entries)

    async def _write_shard(self, shard: int, pings: Sequence[Mapping[str, str]]) -> None:
        # Sorted, so that two writers lock riders' rows in one order.
        rows = sorted(pings, key=lambda ping: (ping["rider"], ping["at"]))
        values = {
            "riders": [UUID(ping["rider"]) for ping in rows],
            "ats": [datetime.fromisoformat(ping["at"]) for ping in rows],
            "tenants": [ping["tenant"] for ping in rows],
            "lats": [float(ping["lat"]) for ping in rows],
            "lons": [float(ping["lon"]) for ping in rows],
            "headings": [float(ping["heading"]) if ping["heading"] else None for ping in rows],
        }
        async with self._shards.transaction_on(shard, "pings") as session:
            await session.execute(_WRITE, values)


def _flat(entries: Any) -> list[Entry]:
    """RESP3 clients nest a stream's entries in one more list."""
    nested = entries and isinstance(entries[0], list) and not isinstance(entries[0][0], str)
    return list(entries[0] if nested else entries)
