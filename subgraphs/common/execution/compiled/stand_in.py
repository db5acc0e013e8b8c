"""What `asyncio.current_task()` gives to coroutines that are advanced by hand.

Few coroutines ask for their task, and making one costs more than all else that is done for them. So they are
lent a `StandIn`. Whoever looks at it (timeouts, task groups, loggers) or keeps it gets a real task behind it,
which carries the coroutine on from where it waits; the stand-in stays that coroutine's current task to its
end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context
from functools import partial
from typing import Any

from .swap_task import swap_current_task


class _CarryOn:
    """Awaits a coroutine that waits already."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stand_in: StandIn) -> None:
        self._loop, self._stand_in = loop, stand_in
        # Set at the end of the step in which the task was made, which is before the task's first.
        self.coroutine: Any = None
        self.waits_for: Any = None
        self.context: Context | None = None

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from self._to_the_end())
        finally:
            # The two know each other, which would leave them, and the coroutine's result, to the collector.
            object.__setattr__(self._stand_in, "_carried", None)
            self.coroutine = self.waits_for = self.context = None

    def _to_the_end(self) -> Generator[Any, None, Any]:
        if self.coroutine is None or self.context is None:
            return None
        coroutine, future, run = self.coroutine, self.waits_for, self.context.run
        while True:
            step: Callable[[], Any] = partial(run, coroutine.send, None)
            try:
                yield future
            except BaseException as error:
                step = partial(run, coroutine.throw, error)
            before = swap_current_task(self._loop, self._stand_in)
            try:
                future = step()
            except StopIteration as end:
                return end.value
            finally:
                swap_current_task(self._loop, before)


class StandIn:
    """A task that is made when somebody looks at it."""

    __slots__ = ("__weakref__", "_carried", "_real_task", "_running_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        put = object.__setattr__
        put(self, "_running_loop", loop)
        put(self, "_real_task", None)
        put(self, "_carried", None)

    def __getattr__(self, name: str) -> Any:
        return getattr(real_task(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(real_task(self), name, value)


def is_real(stand_in: StandIn) -> bool:
    """Whether somebody has looked at it."""
    return stand_in._real_task is not None


def real_task(stand_in: StandIn) -> asyncio.Task[Any]:
    """The task behind a stand-in, made now if there was none."""
    task: asyncio.Task[Any] | None = stand_in._real_task
    if task is None:
        carried = _CarryOn(stand_in._running_loop, stand_in)
        task = stand_in._running_loop.create_task(_awaited(carried))
        object.__setattr__(stand_in, "_carried", carried)
        object.__setattr__(stand_in, "_real_task", task)
    return task


def carry_on(stand_in: StandIn, coroutine: Any, waits_for: Any, context: Context) -> asyncio.Task[Any]:
    """Hand a coroutine that waits for a future over to the stand-in's task."""
    task = real_task(stand_in)
    carried = stand_in._carried
    carried.coroutine, carried.waits_for, carried.context = coroutine, waits_for, context
    return task


async def _awaited(carried: _CarryOn) -> Any:
    return await carried
