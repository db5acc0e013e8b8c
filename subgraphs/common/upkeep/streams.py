"""Ends what grows in Valkey: events that all have handled, old dead letters, members that are gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from subgraphs.common import metrics
from subgraphs.common.topics import DEAD_LETTERS, OWNERS, STREAM_PREFIX

from .settings import UpkeepSettings

# A member that has read nothing for so long belongs to a process that has ended; who lives always reads.
_GONE_MS = 24 * 3600 * 1000
_STREAMS = "waybill:*", "streaq:*:queues:*"


async def keep_streams(valkey: Redis, settings: UpkeepSettings, now: datetime) -> None:
    """Trim the streams by age, and forget members of groups that are gone."""
    for owner in sorted(set(OWNERS.values())):
        await _trim_handled(valkey, STREAM_PREFIX + owner, now - timedelta(days=settings.event_days))
    await _trim(valkey, DEAD_LETTERS, _id_at(now - timedelta(days=settings.dead_letter_days)))
    for pattern in _STREAMS:
        async for stream in valkey.scan_iter(pattern, count=1_000, _type="stream"):
            await _forget_members(valkey, stream)


async def _trim_handled(valkey: Redis, stream: str, before: datetime) -> None:
    """What a group has not handled yet stays, however old: its consumer may have been away."""
    bound = _id_at(before)
    for group in await _groups(valkey, stream):
        pending: Any = await valkey.xpending(stream, group["name"])
        first = pending["min"] if pending["pending"] else _after(group["last-delivered-id"])
        bound = min(bound, first, key=_place)
    await _trim(valkey, stream, bound)


async def _trim(valkey: Redis, stream: str, before: str) -> None:
    gone = await valkey.xtrim(stream, minid=before, approximate=False)
    metrics.removed.labels(stream).inc(gone)


async def _forget_members(valkey: Redis, stream: str) -> None:
    for group in await _groups(valkey, stream):
        members: Any = await valkey.xinfo_consumers(stream, group["name"])
        for member in members:
            if member["pending"] == 0 and member["idle"] > _GONE_MS:
                await valkey.xgroup_delconsumer(stream, group["name"], member["name"])


async def _groups(valkey: Redis, stream: str) -> Any:
    try:
        return await valkey.xinfo_groups(stream)
    except ResponseError:  # there is no such stream yet
        return []


def _id_at(moment: datetime) -> str:
    return f"{int(moment.timestamp() * 1000)}-0"


def _place(id: str) -> tuple[int, int]:
    milliseconds, _, number = id.partition("-")
    return int(milliseconds), int(number or 0)


def _after(id: str) -> str:
    milliseconds, number = _place(id)
    return f"{milliseconds}-{number + 1}"
