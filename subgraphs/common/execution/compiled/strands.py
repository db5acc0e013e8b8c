"""Awaits what one level of an operation has left pending, in the task of the request.

asyncio.gather would make a task of each awaitable: for 100 objects that wait for one loader, most of the time
goes there. Here each coroutine (a strand) is advanced by hand until it waits for a future; the future's
callback wakes the run, which advances all strands that can go on.

A strand cannot tell the difference: it has its own copy of the context variables, as a task has, and
`asyncio.current_task()` gives it a stand-in that becomes a real task as soon as it matters (see
`stand_in.py`), so that timeouts, task groups and cancel scopes work.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from sys import getrefcount
from types import CoroutineType, GeneratorType
from typing import Any

from .limits import AWAITED
from .position import Complete, Position, put
from .run_state import RunState
from .stand_in import StandIn, carry_on, is_real
from .swap_task import swap_current_task

# Strands that are advanced, and values that are completed, before others get their turn: some milliseconds.
# Loaders dispatch when others have theirs, so a level below this size is loaded at once.
_STRANDS_AT_ONCE = 2_000
_VALUES_AT_ONCE = 5_000


class Strand:
    """An awaitable in progress, and where its value belongs."""

    __slots__ = ("complete", "context", "coroutine", "error", "position", "value")

    def __init__(self, coroutine: Any, position: Position, complete: Complete, context: Context) -> None:
        self.coroutine, self.position, self.complete, self.context = coroutine, position, complete, context
        self.value: Any = None
        self.error: Exception | None = None


class Strands:
    """The strands of one execution."""

    def __init__(self, execution: RunState) -> None:
        self._execution = execution
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Any, list[Strand]] = {}
        self._ready: list[Strand] = []
        self._wake: asyncio.Future[None] | None = None
        self._cancelled = False
        # Where the meter stands when others are let on.
        self._turn_ends = execution.left - _VALUES_AT_ONCE

    async def run(self) -> None:
        """Until nothing is pending."""
        self._take(0, copy_context())
        try:
            await self._run()
        except BaseException:
            await self._cancel()
            raise

    async def _run(self) -> None:
        while True:
            while self._ready:
                ready, self._ready = self._ready[:_STRANDS_AT_ONCE], self._ready[_STRANDS_AT_ONCE:]
                over: list[Strand] = []
                try:
                    self._advance(ready, over)
                finally:
                    # Empty unless a strand was cancelled.
                    self._ready += reversed(ready)
                for strand in over:
                    strand.context.run(self._complete, strand)
                    if self._execution.left < self._turn_ends:
                        await self._let_others_on()
            if not self._waiting:
                return
            self._wake = self._loop.create_future()
            await self._wake

    async def _let_others_on(self) -> None:
        self._turn_ends = self._execution.left - _VALUES_AT_ONCE
        if not self._cancelled:
            await asyncio.sleep(0)

    def _take(self, mark: int, context: Context) -> None:
        """Make strands of what is pending since `mark`."""
        pending = self._execution.pending
        self._execution.spend(AWAITED * (len(pending) - mark))
        copy, ready = context.copy, self._ready.append
        for awaitable, position, complete in pending[mark:]:
            ready(Strand(_coroutine(awaitable), position, complete, copy()))
        del pending[mark:]

    def _advance(self, strands: list[Strand], over: list[Strand]) -> None:
        """Let each strand run until it waits; `over` gets those that have ended."""
        strands.reverse()
        stand_in = StandIn(self._loop)
        task = swap_current_task(self._loop, stand_in)
        alone = getrefcount(stand_in)
        try:
            while strands:
                strand = strands.pop()
                self._step(strand, stand_in, over)
                if getrefcount(stand_in) > alone or is_real(stand_in):
                    stand_in = StandIn(self._loop)
                    swap_current_task(self._loop, stand_in)
        finally:
            swap_current_task(self._loop, task)

    def _step(self, strand: Strand, stand_in: StandIn, over: list[Strand]) -> None:
        coroutine = strand.coroutine
        alone = getrefcount(stand_in)
        try:
            future = strand.context.run(coroutine.send, None)
        except StopIteration as end:
            strand.value = end.value
            over.append(strand)
        except Exception as error:
            strand.error = error
            over.append(strand)
        except asyncio.CancelledError:
            if not self._cancelled:
                raise
        else:
            if getrefcount(stand_in) > alone or is_real(stand_in):
                strand.coroutine = carry_on(stand_in, coroutine, future, strand.context).__await__()
                future = strand.coroutine.send(None)
            self._wait(strand, future)

    def _complete(self, strand: Strand) -> None:
        if self._cancelled:  # nobody waits for it any more
            return
        execution = self._execution
        mark = len(execution.pending)
        try:
            if strand.error is not None:
                raise strand.error
            put(strand.position, strand.complete(strand.value, strand.position, execution))
        except Exception as error:
            execution.failed_late(error, strand.position, mark)
        if len(execution.pending) > mark:
            self._take(mark, strand.context)

    def _wait(self, strand: Strand, future: Any) -> None:
        if getattr(future, "_asyncio_future_blocking", None) is None:
            if future is not None:
                raise RuntimeError(f"A resolver waits for {future!r}, which is no future.")
            # A bare yield: asyncio.sleep(0).
            future = self._loop.create_future()
            self._loop.call_soon(_resolve, future)
        else:
            future._asyncio_future_blocking = False
        strands = self._waiting.get(future)
        if strands is None:
            self._waiting[future] = [strand]
            future.add_done_callback(self._arrived)
        else:
            strands.append(strand)

    def _arrived(self, future: Any) -> None:
        self._ready += self._waiting.pop(future)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _cancel(self) -> None:
        """The request is cancelled: so is what its strands wait for, and they may clean up."""
        self._cancelled = True
        for strand in self._ready:
            strand.coroutine.close()
        self._ready.clear()
        for future in list(self._waiting):
            future.cancel()
        await self._run()


def _coroutine(awaitable: Any) -> Any:
    if isinstance(awaitable, CoroutineType | GeneratorType):
        return awaitable
    iterator = awaitable.__await__()
    return iterator if hasattr(iterator, "send") else _awaited(awaitable)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
