"""Wait for all servers side by side, in no order, up to a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from .trouble import Trouble, Troubles

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
SAY_AFTER = 2.0  # seconds of silence before one tells whom one waits for


class Server(Protocol):
    """Something that can be asked how it is; `where` names it to people."""

    @property
    def where(self) -> str:
        """What and where it is, without passwords."""
        ...

    async def probe(self) -> None:
        """Raise the Trouble, if there is one."""


async def wait_for(servers: Sequence[Server], seconds: float, say: Callable[[str], None]) -> None:
    """Return when all answer well; raise Troubles when one never will, or the time is over."""
    deadline = time.monotonic() + seconds
    outcomes = await asyncio.gather(*(_wait(server, deadline, say) for server in servers))
    troubles = [trouble for trouble in outcomes if trouble]
    if troubles:
        raise Troubles(troubles)


async def _wait(server: Server, deadline: float, say: Callable[[str], None]) -> Trouble | None:
    started, pause, said = time.monotonic(), FIRST_PAUSE, False
    while True:
        try:
            await server.probe()
        except Trouble as trouble:
            now = time.monotonic()
            if not trouble.passing or now + pause > deadline:
                return trouble
            if not said and now - started > SAY_AFTER:
                said = True
                say(f"waiting: {trouble.problem}")
        else:
            if said:
                say(f"{server.where} is there now")
            return None
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
