"""Runs the background processes as real processes, so that they can be killed; and waits for their events."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from subgraphs.common.events import Event
from subgraphs.orders.settings import OrdersSettings

MODULES = ("subgraphs.common.relay", "subgraphs.orders.consumer", "subgraphs.orders.worker")
_MAIN = """
import asyncio, importlib, sys
async def main():
    await asyncio.gather(*(importlib.import_module(name).run() for name in sys.argv[1:]))
asyncio.run(main())
"""


def environment(settings: OrdersSettings) -> dict[str, str]:
    """The settings as the processes read them."""
    values = {name: _written(value) for name, value in settings.model_dump().items()}
    return {**os.environ, **{f"WAYBILL_{name.upper()}": value for name, value in values.items()}}


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


async def start(settings: OrdersSettings, *modules: str) -> asyncio.subprocess.Process:
    """One process that runs the modules' coroutines; without names, all of the background."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MAIN, *(modules or MODULES), env=environment(settings)
    )


@asynccontextmanager
async def running(settings: OrdersSettings, *modules: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await start(settings, *modules)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() in (0, -9)


class Watch:
    """Reads a stream from its beginning; `until` returns when a condition on all events so far holds."""

    def __init__(self, valkey: Redis, stream: str) -> None:
        self.valkey, self.stream, self._last = valkey, stream, "0"
        self.events: list[Event] = []

    def keys(self, topic: str, **told: object) -> list[UUID]:
        """Keys of the distinct events of a topic (a relay that was killed publishes an event again)."""
        found = [
            event for event in self.events if event.topic == topic and told.items() <= event.payload.items()
        ]
        return list({event.id: event.key for event in found}.values())

    async def until(self, topic: str, count: int, seconds: float = 120, **told: object) -> None:
        """As many objects have had an event of the topic, with this in its payload."""
        async with asyncio.timeout(seconds):
            while len(set(self.keys(topic, **told))) < count:
                await self._read()

    async def _read(self) -> None:
        answer: Any = await self.valkey.xread({self.stream: self._last}, block=1000)
        for _, entries in answer.items() if isinstance(answer, dict) else answer or []:
            for id, fields in entries:
                self._last = id
                self.events.append(Event.read(fields))
