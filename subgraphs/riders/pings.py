"""Positions queued in Valkey → PostgreSQL, many in one statement a shard; each batch until it is written.

The queue is a stream with a consumer group: killed in the middle of a batch, the batch comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import ARRAY, DateTime, Double, Text, Uuid, bindparam, text

from subgraphs.common.database import Shards
from subgraphs.common.stream_group import StreamGroup

from .keys import PINGS
from .settings import RidersSettings

GROUP = "riders.pings"

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


class PingWriter(StreamGroup):
    """One member of the group that empties the queue."""

    def __init__(self, valkey: Redis, shards: Shards, settings: RidersSettings) -> None:
        super().__init__(
            valkey, [PINGS], GROUP, self._write, settings=settings, batch=settings.pings_batch, delete=True
        )
        self._shards = shards

    async def _write(self, pings: Sequence[Mapping[str, str]]) -> None:
        groups: dict[int, list[Mapping[str, str]]] = {}
        for ping in pings:
            groups.setdefault(self._shards.map.shard_of(UUID(ping["rider"])), []).append(ping)
        await asyncio.gather(*(self._write_shard(shard, pings) for shard, pings in groups.items()))

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
