"""One member of a consumer group over streams of Valkey: at least once, in order, blocked by nothing.

read ─► handle the batch ─► done: acknowledged
            └─ fails ─► one by one ─┬─► done
                                    ├─► a server is away: held here, tried again; what comes later for the
                                    │   same key waits behind it, so an object's events keep their order,
                                    │   while those of other shards go on. No delivery is counted.
                                    └─► fails: after `events_attempts` deliveries, a dead letter
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import inf
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from . import metrics
from .background import FIRST_PAUSE, keep_running, note_failure, pause
from .dead_letters import bury
from .held_entries import Entry, HeldEntries
from .settings import CommonSettings
from .unavailable import is_away

logger = logging.getLogger(__name__)

Handle = Callable[[Sequence[Mapping[str, str]]], Awaitable[None]]
# A member looks so many times while an entry becomes old enough to be taken over.
_LOOKS = 4
# Of a batch that failed, so many keys are tried at a time: one whose server takes long holds up few others.
_SIDE_BY_SIDE = 8


class StreamGroup:
    """Reads the streams as one member of the group; `delete` takes entries off that are done."""

    def __init__(
        self,
        valkey: Redis,
        streams: Sequence[str],
        group: str,
        handle: Handle,
        *,
        settings: CommonSettings,
        batch: int | None = None,
        delete: bool = False,
    ) -> None:
        self._valkey, self._streams, self._group, self._handle = valkey, streams, group, handle
        self._settings, self._delete = settings, delete
        self._batch = batch or settings.events_batch
        # A restarted process is a new member; what the old one left is claimed when idle.
        self._member = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"
        self._claimed_at = -inf
        # Tried again in time to stay ours.
        self._held = HeldEntries(group, longest_pause=settings.events_idle_ms / 2000)

    async def run(self, stop: asyncio.Event) -> None:
        """Handle entries until `stop` is set; outlives Valkey's restarts and losses of its data."""
        await keep_running(self._group, lambda: self._run(stop), stop)

    async def prepare(self) -> None:
        """Make the group where it is not there yet."""
        for stream in self._streams:
            try:
                await self._valkey.xgroup_create(stream, self._group, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def step(self, block_ms: int = 1000) -> int:
        """Handle what waits: first what is unfinished, here and with others, then new entries; how many."""
        finished = await self._try_held() + await self._take_over()
        if self._held.full:
            await asyncio.sleep(min(block_ms / 1000, self._held.seconds_left))
            return finished
        block = min(block_ms, max(1, round(self._held.seconds_left * 1000))) if self._held else block_ms
        return finished + await self._read(dict.fromkeys(self._streams, ">"), block)

    async def _run(self, stop: asyncio.Event) -> None:
        await self.prepare()
        await self._take_up_own()
        while not stop.is_set():
            try:
                await self.step()
            except ResponseError as error:
                if not str(error).startswith("NOGROUP"):
                    raise
                logger.warning("Valkey has lost its streams", extra={"group": self._group})
                await pause(stop, FIRST_PAUSE)
                await self.prepare()

    async def _take_up_own(self) -> None:
        """What this member was handling when it lost Valkey comes before all that is new."""
        self._held.clear()
        for stream in self._streams:
            last = "0"
            while entries := (await self._entries({stream: last})).get(stream):
                await self._handle_entries(stream, [entry for entry in entries if entry[1]])
                last = entries[-1][0]

    async def _try_held(self) -> int:
        """Those whose servers are back; the others stay ours without another delivery being counted."""
        if not self._held.due:
            return 0
        taken = self._held.take()
        for stream, entries in taken.items():
            await self._handle_entries(stream, entries)
        if not self._held:
            self._held.clear()
        for stream, kept in self._held.ids().items():
            ids: Any = kept
            await self._valkey.xclaim(stream, self._group, self._member, 0, ids, idle=0, justid=True)
        return sum(map(len, taken.values())) - len(self._held)

    async def _read(self, places: Mapping[str, str], block_ms: int) -> int:
        found = await self._entries(places, block_ms)
        return sum([await self._handle_entries(stream, entries) for stream, entries in found.items()])

    async def _entries(
        self, places: Mapping[str, str], block_ms: int | None = None
    ) -> dict[str, list[Entry]]:
        given: Any = dict(places)
        answers: Any = await self._valkey.xreadgroup(
            self._group, self._member, given, count=self._batch, block=block_ms
        )
        pairs = answers.items() if isinstance(answers, dict) else answers or []
        return {stream: _flat(entries) for stream, entries in pairs}

    async def _take_over(self) -> int:
        """Handle what others left; no need to look more often than something can become theirs no more."""
        now = time.monotonic()
        if now - self._claimed_at < self._settings.events_idle_ms / 1000 / _LOOKS:
            return 0
        self._claimed_at = now
        return sum([await self._handle_entries(name, await self._claim(name)) for name in self._streams])

    async def _claim(self, stream: str) -> list[Entry]:
        answer: Any = await self._valkey.xautoclaim(
            stream, self._group, self._member, self._settings.events_idle_ms, count=self._batch
        )
        ours = set(self._held.ids().get(stream, ()))
        return [entry for entry in answer[1] if entry[1] and entry[0] not in ours]

    async def _handle_entries(self, stream: str, entries: list[Entry]) -> int:
        free = self._held.those_in_front(stream, entries)
        if len(free) == 1:
            await self._try_one(stream, free[0])
        elif free and not await self._try(stream, free):
            await self._one_by_one(stream, free)
        return len(entries)

    async def _one_by_one(self, stream: str, entries: list[Entry]) -> None:
        by_key: dict[str, list[Entry]] = {}
        for entry in entries:
            by_key.setdefault(self._held.key_of(entry), []).append(entry)
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def in_order(same: list[Entry]) -> None:
            async with room:
                for entry in same:
                    if self._held.those_in_front(stream, [entry]):
                        await self._try_one(stream, entry)

        async with asyncio.TaskGroup() as group:
            for same in by_key.values():
                group.create_task(in_order(same))

    async def _try(self, stream: str, entries: list[Entry]) -> bool:
        try:
            await self._handle([fields for _, fields in entries])
        except Exception:  # of one of them: which, and why, shows when each is tried
            return False
        await self._finish(stream, entries)
        return True

    async def _try_one(self, stream: str, entry: Entry) -> None:
        try:
            await self._handle([entry[1]])
        except Exception as error:
            if is_away(error):
                self._held.hold(stream, entry)
                note_failure(logger, "an event waits for a server", error, group=self._group)
                return
            metrics.events_handled.labels(self._group, "failed").inc()
            note_failure(logger, "event not handled", error, group=self._group, entry=entry[0])
            await self._give_up_if_hopeless(stream, entry, error)
        else:
            await self._finish(stream, [entry])

    async def _finish(self, stream: str, entries: list[Entry], outcome: str = "done") -> None:
        ids = [id for id, _ in entries]
        async with self._valkey.pipeline(transaction=False) as pipe:
            pipe.xack(stream, self._group, *ids)
            if self._delete:
                pipe.xdel(stream, *ids)
            await pipe.execute()
        metrics.events_handled.labels(self._group, outcome).inc(len(ids))

    async def _give_up_if_hopeless(self, stream: str, entry: Entry, error: Exception) -> None:
        id, fields = entry
        pending: Any = await self._valkey.xpending_range(stream, self._group, id, id, 1)
        if not pending or pending[0]["times_delivered"] < self._settings.events_attempts:
            return
        await bury(self._valkey, fields, stream=stream, group=self._group, error=error)
        await self._finish(stream, [entry], "given up")


def _flat(entries: Any) -> list[Entry]:
    """RESP3 clients nest a stream's entries in one more list."""
    nested = entries and isinstance(entries[0], list) and not isinstance(entries[0][0], str)
    return list(entries[0] if nested else entries)
