"""Tasks that run for as long as their process: none ends the process, or another task, by failing.

`keep_running` begins a task again after a pause, logged and counted; `every` repeats one. A process is a
group of such tasks, each with a fate of its own: riders' upkeep that fails stops no dispatch of orders.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from . import metrics
from .describe_error import describe
from .unavailable import is_away, is_unavailable

logger = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A task that ran for so long was well: its next failure begins with the shortest pause.
_WELL_SECONDS = 60.0


async def keep_running(name: str, work: Work, stop: asyncio.Event) -> None:
    """Run the work until it returns or `stop` is set; one that fails begins again, after growing pauses."""
    failures, wait = metrics.task_failures.labels(name), FIRST_PAUSE
    while not stop.is_set():
        started = time.monotonic()
        try:
            await work()
            return
        except Exception as error:
            failures.inc()
            if time.monotonic() - started > _WELL_SECONDS:
                wait = FIRST_PAUSE
            note_failure(logger, f"{name} failed; it begins again in {wait:g} s", error)
        await pause(stop, wait)
        wait = min(wait * 2, LONGEST_PAUSE)


async def every(seconds: float, work: Work, stop: asyncio.Event) -> None:
    """Do it now, and again so many seconds after each end, until `stop` is set."""
    while not stop.is_set():
        await work()
        await pause(stop, seconds)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until `stop` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


@contextmanager
def passing_over(to: logging.Logger, kind: str, message: str, **told: object) -> Iterator[None]:
    """Of many the one at work: if it fails, that is counted and logged, and keeps no other waiting.

    A server that is away would fail all of them: that goes on to the caller.
    """
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise
        metrics.skipped.labels(kind).inc()
        note_failure(to, message, error, **told)


def note_failure(to: logging.Logger, message: str, error: BaseException, **told: object) -> None:
    """Log a failure: a server that is away by a line, anything else as a fault with its traceback."""
    extra = {"reason": describe(error), **told}
    if is_unavailable(error):
        to.warning(message, extra=extra)
    else:
        to.error(message, extra=extra, exc_info=error)
