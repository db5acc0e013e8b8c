"""The end of a process, step by step: readiness turns red, streams are told, requests end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Drain:
    """Two flags that endpoints look at: ``draining`` (not ready any more), ``stopping`` (streams end now)."""

    def __init__(self, on_begin: Callable[[], None] = lambda: None) -> None:
        self.draining = False
        self._on_begin = on_begin
        self._stopping = asyncio.Event()

    def begin(self) -> None:
        """Turn readiness red; everything else goes on."""
        self.draining = True
        self._on_begin()

    def stop_streams(self) -> None:
        """Let every subscription tell its client, and end."""
        self.draining = True
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether streams are to end."""
        return self._stopping.is_set()

    async def wait(self) -> None:
        """Return when streams are to end."""
        await self._stopping.wait()
