"""Several processes on one port: the parent forks workers, starts the fallen anew, and ends them gently.

Each worker has a socket of its own on the port (SO_REUSEPORT): the kernel spreads connections, and a worker
that is started anew takes over the socket with what waits in it. The admin port belongs to one more process:
it adds up the workers' metrics, and is ready while one of them is.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import mmap
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
# A worker that ran this long was well; its next fall is the first again.
STEADY_AFTER = 30.0
# Seconds between looks at the children: how late a fall or a signal is seen at most.
LOOK = 0.05


class Board:
    """One byte for each worker, in memory that all processes share: loading, ready or draining."""

    LOADING, READY, DRAINING = 0, 1, 2

    def __init__(self, workers: int) -> None:
        self._memory = mmap.mmap(-1, workers)
        self._workers = workers

    def set(self, worker: int, state: int) -> None:
        """Say how a worker is."""
        self._memory[worker] = state

    def states(self) -> list[int]:
        """How all workers are."""
        return list(self._memory[: self._workers])


@dataclass(slots=True)
class Child:
    """A forked process; ``main`` is what it runs and returns its exit code."""

    name: str
    main: Callable[[], int]
    pid: int = 0
    started_at: float = 0.0
    falls: int = 0
    start_at: float = 0.0
    """When to start it again, once it has fallen (monotonic seconds)."""
    told: bool = False
    """Whether it was told to end."""

    def fork(self) -> None:
        """Start the process; in the child this does not return."""
        parent = os.getpid()
        self.started_at = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            run_child(self.main, parent)


def run_child(main: Callable[[], int], parent: int) -> None:
    """Run in the forked process: default signals, and an end when the parent ends."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(parent)
        code = main()
    except BaseException:
        logger.exception("A worker failed")
    finally:
        sys.stdout.flush()
        os._exit(code)


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when its parent is gone, however it went (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


class Supervisor:
    """Keeps children running until SIGTERM or SIGINT; ``last`` ends after the workers have."""

    def __init__(
        self,
        workers: list[Child],
        last: Child | None,
        on_fall: Callable[[Child], None],
        on_stop: Callable[[], None],
    ) -> None:
        self._workers = workers
        self._last = [] if last is None else [last]
        self._on_fall = on_fall
        self._on_stop = on_stop
        self._stopping = False

    def run(self) -> None:
        """Fork all, and wait until all have ended."""
        with self._signals():
            self._supervise()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(number: int, frame: FrameType | None) -> None:
            self._stopping = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _supervise(self) -> None:
        """Start, reap, start anew; once stopping, end the workers, then the last."""
        while not self._stopping or any(child.pid for child in [*self._workers, *self._last]):
            self._reap()
            if not self._stopping:
                self._start_due()
            elif any(child.pid for child in self._workers):
                self._on_stop()
                tell(self._workers)
            else:
                tell(self._last)
            time.sleep(LOOK)

    def _start_due(self) -> None:
        for child in [*self._last, *self._workers]:
            if child.pid == 0 and time.monotonic() >= child.start_at:
                child.fork()

    def _reap(self) -> None:
        for child in [*self._workers, *self._last]:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                self._on_fall(child)
                child.pid = 0
                if not self._stopping:
                    postpone(child)


def postpone(child: Child) -> None:
    """Start a fallen child later, the later the oftener it falls."""
    lived = time.monotonic() - child.started_at
    child.falls = 1 if lived > STEADY_AFTER else child.falls + 1
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (child.falls - 1))
    child.start_at = time.monotonic() + pause
    logger.error("A process fell", extra={"child": child.name, "again_in": pause})


def tell(children: list[Child]) -> None:
    """Tell children to end, each once: a second signal would cut requests off."""
    for child in children:
        if child.pid and not child.told:
            child.told = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)


def forget_metrics(folder: Path, pid: int) -> None:
    """Drop what a fallen worker said about its present: its open streams are none."""
    for file in folder.glob(f"gauge_live*_{pid}.db"):
        file.unlink(missing_ok=True)
