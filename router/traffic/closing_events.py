"""Events that end their source when they are closed, even if nobody has begun to read them.

A generator that was never started runs none of its ``finally`` when it is closed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable


class ClosingEvents:
    """``close`` ends the source; it may be called twice."""

    def __init__(self, events: AsyncGenerator[bytes], close: Callable[[], Awaitable[None]]) -> None:
        self._events = events
        self._close = close

    def __aiter__(self) -> ClosingEvents:
        """Be read as any events are."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next event."""
        return await anext(self._events)

    async def aclose(self) -> None:
        """End the events and their source."""
        await self._events.aclose()
        await self._close()
