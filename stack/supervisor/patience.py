"""Whether a process that is not ready yet is still getting there.

A clock alone gives up on a slow or busy machine, where everything goes on but slowly. A process gets there
while it works (its group uses the processor or the disk) and while another one that it waits for does.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import psutil

# Of the time that is waited: a process that looks at its servers again and again uses 1 % of a core, one that
# starts beside a dozen others on one core still gets 7 %.
LEAST_SHARE = 0.02
LEAST_BYTES = 1_000_000  # read or written; a log that tells of waiting has less
LOOK_EVERY = 0.5  # once half of the time is over: the system's whole table of processes is gone through


class Patience:
    """For one start of a process: over after so many seconds in which nothing moved.

    `work` tells the processor seconds and the bytes of disk that it has used up to now, `held_up` whether
    something that it waits for is in the making.
    """

    def __init__(
        self,
        seconds: float,
        work: Callable[[], tuple[float, int]],
        held_up: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._work, self._held_up, self._clock = seconds, work, held_up, clock
        self._moved_at = self._looked_at = clock()
        self._cpu, self._bytes = 0.0, 0

    def is_over(self) -> bool:
        """Look whether it has moved since it did last."""
        now = self._clock()
        still = now - self._moved_at
        if self._held_up():
            self._moved_at = now
        elif still > self._seconds or (still > self._seconds / 2 and now - self._looked_at >= LOOK_EVERY):
            self._look(now)
        return now - self._moved_at > self._seconds

    def _look(self, now: float) -> None:
        self._looked_at = now
        cpu, transferred = self._work()
        if cpu - self._cpu >= LEAST_SHARE * self._seconds or transferred - self._bytes >= LEAST_BYTES:
            self._moved_at, self._cpu, self._bytes = now, cpu, transferred


def work_of(pid: int) -> tuple[float, int]:
    """Return the seconds of processor time and the bytes of disk that a process and its children used."""
    seconds, transferred = 0.0, 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                seconds += sum(one.cpu_times()[:4])
            with contextlib.suppress(psutil.Error, AttributeError):  # not every system tells it
                counted = one.io_counters()
                transferred += counted.read_bytes + counted.write_bytes
    return seconds, transferred
