"""One event stream of many operations: reserved, then open, then gone."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

from ..streaming.run_stream import cancel_all

# Events that wait for a slow client (or one that has only reserved yet); the operations wait beyond that.
WAITING = 8


class ReservedStream:
    """What several operations write to and one client reads; ``token`` is the client's ticket.

    It begins with the router's name, if it has one, and has the worker's number, if there are several:
    ``router-1.Zm9v…``, ``router-1.2~Zm9v…``.
    """

    def __init__(self, instance: str = "", worker: str = "") -> None:
        name = f"{instance}." if instance else ""
        self.token = f"{name}{worker}{secrets.token_urlsafe(24)}"
        self.is_open = False
        self.operations: dict[str, asyncio.Task[None]] = {}
        self._events: asyncio.Queue[bytes] = asyncio.Queue(WAITING)

    async def send(self, event: bytes) -> None:
        """Add an event; waits while the client is slow."""
        await self._events.put(event)

    async def events(self) -> AsyncIterator[bytes]:
        """What the operations sent, until the client is gone."""
        while True:
            yield await self._events.get()

    async def stop(self, operation_id: str) -> None:
        """End one operation; an unknown id has ended meanwhile."""
        task = self.operations.pop(operation_id, None)
        if task is not None:
            await cancel_all([task])

    async def close(self) -> None:
        """End all operations."""
        await cancel_all([*self.operations.values()])
        self.operations.clear()
