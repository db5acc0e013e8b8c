"""Events, pings and jobs that cannot be handled are put aside here, where people find them.

`waybill dead-letters` shows them, and puts them back when what was wrong is mended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from redis.asyncio import Redis

from . import metrics
from .topics import DEAD_LETTERS

# Each is somebody's work to look at: more of them than this, nobody reads.
KEPT = 10_000
# What `bury` adds to an entry's own fields.
_ADDED = frozenset({"stream", "group", "reason"})
_PAGE = 100


async def bury(
    valkey: Redis, fields: Mapping[str, str], *, stream: str, group: str, error: BaseException
) -> None:
    """Put an entry of a stream aside that `group` cannot handle."""
    metrics.skipped.labels(f"dead letter of {group}").inc()
    reason = f"{type(error).__name__}: {error}"
    letter: Any = {**fields, "stream": stream, "group": group, "reason": reason}
    await valkey.xadd(DEAD_LETTERS, letter, maxlen=KEPT, approximate=True)


async def read_letters(valkey: Redis) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """All of them with their ids, the oldest first."""
    after = "-"
    while True:
        page: Any = await valkey.xrange(DEAD_LETTERS, min=after, count=_PAGE)
        for id, letter in page:
            yield id, letter
        if len(page) < _PAGE:
            return
        after = f"({page[-1][0]}"


async def put_back(valkey: Redis, id: str, letter: Mapping[str, str]) -> bool:
    """Publish an entry again on its stream, if it came from one; groups that have handled it know its id."""
    if not letter.get("stream"):
        return False
    fields: Any = {name: value for name, value in letter.items() if name not in _ADDED}
    await valkey.xadd(letter["stream"], fields)
    await valkey.xdel(DEAD_LETTERS, id)
    return True
