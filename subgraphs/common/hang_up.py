"""Ends the work for a request whose caller has left.

In: ASGI's `receive`, and the work. Out: what the work gives, or `HungUp`. A lost connection is told only to
who asks for it, and most answers are there sooner than asking would be worth: it begins after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.types import Receive

T = TypeVar("T")

# Seconds after which an answer takes long.
AFTER = 0.1


class HungUp(Exception):
    """Nobody waits for the answer."""


async def until_hung_up(
    receive: Receive, work: Awaitable[T], may_stop: Callable[[], bool], *, after: float = AFTER
) -> T:
    """Await the work in this task; HungUp if the caller leaves and the work may stop."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    watching: list[asyncio.Task[None]] = []
    has_left = False

    async def watch() -> None:
        nonlocal has_left
        while (await receive())["type"] != "http.disconnect":
            pass
        has_left = True
        task.cancel()

    def begin() -> None:
        if may_stop():
            watching.append(loop.create_task(watch()))

    timer = loop.call_later(after, begin)
    try:
        return await work
    except asyncio.CancelledError:
        # The server's own cancelling, as when it shuts down, goes on.
        if not has_left or task.uncancel():
            raise
        raise HungUp from None
    finally:
        timer.cancel()
        for watcher in watching:
            watcher.cancel()
