"""One supervised process: started, waited for, restarted with growing pauses when it dies, ended.

In: a Service. Out: its ProcessState, kept up to date, and notes for people.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .logs import indented, last_lines
from .patience import Patience, work_of
from .service import Service
from .state import ProcessState

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
CALM_AFTER = 60.0  # a process that ran this long starts again with the first pause
LINES_SHOWN = 15
CHECK_EVERY = 0.1  # a dozen processes that start are all asked, at the cost of what they start with


class NotReady(Exception):
    """A process did not come up."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Where a child tells what happens: changed states, notes for people, groups for the guard."""

    changed: Callable[[], None]
    note: Callable[[str], None]
    group_started: Callable[[int], None]
    group_ended: Callable[[int], None]


class Child:
    """A Service at work."""

    def __init__(self, service: Service, logs: Path, reports: Reports) -> None:
        self.service = service
        self.state = ProcessState(service.name, service.kind, service.address, service.about)
        self.log = logs / f"{service.name}.log"
        self._reports = reports
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._log_start = 0

    async def start(self) -> None:
        """Start it and wait until it is ready; from then on it is watched."""
        await self._spawn()
        await self._wait_until_ready()
        self._watching = asyncio.create_task(self._watch(), name=f"watch {self.service.name}")

    async def stop(self, patience: float) -> None:
        """Ask it to end; kill its whole group if it has not after its patience, or these seconds."""
        patience = self.service.stop_patience or patience
        if self._watching:
            self._watching.cancel()
        process = self._process
        if process and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.service.command.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), patience)
            except TimeoutError:
                self._reports.note(f"{self.service.name} did not end within {patience:.0f} s: killed")
                _kill_group(process.pid)
                await process.wait()
        self._ended("stopped")

    async def _spawn(self) -> None:
        if self.service.before_start:
            await asyncio.to_thread(self.service.before_start)
        command = self.service.command
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *command.argv, stdout=log, **command.options()
            )
        self._reports.group_started(self._process.pid)
        self.state.pid = self._process.pid
        self.state.started_at = time.time()
        self._change("starting")

    async def _wait_until_ready(self) -> None:
        assert self._process
        patience = Patience(self.service.deadline, partial(work_of, self._process.pid), self.service.held_up)
        while not await self.service.ready():
            if self._process.returncode is not None:
                self._fail(f"{self.service.name} ended at its start {_how(self._process.returncode)}")
            if patience.is_over():
                _kill_group(self._process.pid)
                self._fail(
                    f"{self.service.name} is not ready, and did not get nearer to it for "
                    f"{self.service.deadline:g} s ({self.service.setting})"
                )
            await asyncio.sleep(CHECK_EVERY)
        self._change("ready")

    async def _watch(self) -> None:
        pause = FIRST_PAUSE
        while True:
            assert self._process
            code = await self._process.wait()
            ran = time.time() - (self.state.started_at or 0)
            pause = FIRST_PAUSE if ran > CALM_AFTER else pause
            _kill_group(self._process.pid)  # what it may have left behind
            self._ended("restarting")
            self._reports.note(f"{self.service.name} died {_how(code)}; starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self._restart()

    async def _restart(self) -> None:
        self.state.restarts += 1
        try:
            await self._spawn()
            await self._wait_until_ready()
        except NotReady as error:
            self._reports.note(str(error))
        else:
            self._reports.note(f"{self.service.name} is back (restart {self.state.restarts})")

    def _fail(self, message: str) -> None:
        self._change("failed")
        lines = last_lines(self.log, LINES_SHOWN, self._log_start)
        raise NotReady(f"PROCESS_NOT_READY: {message}; {self.log} ends with:{indented(lines)}")

    def _ended(self, status: str) -> None:
        if self._process:
            self._reports.group_ended(self._process.pid)
        self.state.pid = None
        self._change(status)

    def _change(self, status: str) -> None:
        self.state.status = status
        self._reports.changed()


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _how(code: int) -> str:
    return f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
