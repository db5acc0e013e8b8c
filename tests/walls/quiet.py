"""Waiting until all has been done that follows from what was: no event is left that somebody acts on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import text

from subgraphs.common.database import SystemShards

_LEFT = text("SELECT count(*) AS count FROM waybill.outbox")
_STREAMS = "waybill:events:*", "waybill:riders:pings"
_PATIENCE = 60.0
_PAUSE = 0.03


@dataclass(frozen=True, slots=True)
class Quiet:
    """Looks at the outboxes and at the streams' readers."""

    shards: SystemShards
    valkey: Redis

    async def wait(self) -> None:
        """Until two looks after each other find nothing left to do, and nothing new."""
        seen: object = None
        async with asyncio.timeout(_PATIENCE):
            while (found := await self._look()) is None or found != seen:
                seen = found
                await asyncio.sleep(_PAUSE)

    async def _look(self) -> object | None:
        """How far all streams have come; None while something is left."""
        counts = [(await self.shards.fetch(shard, _LEFT, "left"))[0].count for shard in self.shards.all]
        if any(counts):
            return None
        ends = dict[str, str]()
        for pattern in _STREAMS:
            async for stream in self.valkey.scan_iter(pattern, count=1000):
                info: Any = await self.valkey.xinfo_stream(stream)
                ends[stream] = info["last-generated-id"]
                for group in await self.valkey.xinfo_groups(stream):
                    if group["pending"] or group["last-delivered-id"] != ends[stream]:
                        return None
        return sorted(ends.items())
