"""All children of one platform: started in stages, ended in the opposite order.

In: services, stage by stage. Out: the state file, notes, and no process left when it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from stack.home import Home

from . import guard
from .child import Child, Reports
from .service import Service
from .state import PlatformState, new_state


class Supervisor:
    """Keeps services running until it is told to stop them."""

    def __init__(self, home: Home, note: Callable[[str], None]) -> None:
        self.home = home
        self.state: PlatformState = new_state()
        self.children: list[Child] = []
        self._guard = _start_guard()
        self._reports = Reports(self.save, note, self._guard_group, self._forget_group)

    async def start(self, service: Service) -> Child:
        """Start a service; return when it is ready."""
        child = Child(service, self.home.logs, self._reports)
        self.children.append(child)
        self.state.processes[service.name] = child.state
        await child.start()
        return child

    async def stop(self, stages: Sequence[Sequence[str]], patience: float) -> None:
        """Stop the named services stage by stage; what is not named comes last."""
        named = {name for stage in stages for name in stage}
        rest = [child.service.name for child in self.children if child.service.name not in named]
        for stage in (*stages, rest):
            chosen = [child for child in self.children if child.service.name in stage]
            await asyncio.gather(*(child.stop(patience) for child in chosen))

    def save(self) -> None:
        """Write the state file."""
        self.state.save(self.home.state)

    def close(self) -> None:
        """End the guard: nothing is left to guard."""
        if self._guard.stdin:
            with contextlib.suppress(OSError):
                self._guard.stdin.close()
        self._guard.wait()
        self.home.state.unlink(missing_ok=True)

    def _guard_group(self, group: int) -> None:
        self._tell_guard(f"+{group}\n")

    def _forget_group(self, group: int) -> None:
        self._tell_guard(f"-{group}\n")

    def _tell_guard(self, line: str) -> None:
        if self._guard.stdin:
            with contextlib.suppress(OSError):  # it is a second net; its death is no reason to stop
                self._guard.stdin.write(line.encode())
                self._guard.stdin.flush()


@asynccontextmanager
async def supervising(
    home: Home, note: Callable[[str], None], stop_order: Sequence[Sequence[str]], patience: float
) -> AsyncIterator[Supervisor]:
    """Supervise for the length of the block; at its end, however, every child is ended."""
    supervisor = Supervisor(home, note)
    try:
        yield supervisor
    finally:
        await supervisor.stop(stop_order, patience)
        supervisor.close()


def _start_guard() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(guard.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
