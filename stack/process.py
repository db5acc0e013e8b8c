"""A process to start, and how: its group, its user, and its tie to the parent's life.

In: a Command. Out: what `subprocess.Popen` or `asyncio.create_subprocess_exec` needs so that the process ends
when its parent does, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .account import Account

PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Command:
    """What to run; `stop_signal` asks it to end well (Postgres: SIGINT is its fast shutdown)."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: int = signal.SIGTERM

    def options(self) -> dict[str, Any]:
        """Return the keywords that start it in a session of its own.

        Start it from the main thread: Linux sends the death signal when the *thread* that forked ends.
        """
        account = self.account
        return {
            "cwd": self.cwd,
            "env": dict(self.env),
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "user": account.uid if account else None,
            "group": account.gid if account else None,
            "extra_groups": [] if account else None,
            # A Ctrl-C in the terminal reaches the parent alone, which keeps the order of ending.
            "start_new_session": True,
            "preexec_fn": _end_with_parent(self.stop_signal),
        }


def spawn(command: Command, log: int) -> subprocess.Popen[bytes]:
    """Start it, both outputs to the file descriptor `log`."""
    return subprocess.Popen(command.argv, stdout=log, **command.options())


def _end_with_parent(stop_signal: int) -> Callable[[], None] | None:
    """Make the step that runs in the child after the change of user (which would clear the setting)."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_for_signal() -> None:
        prctl(PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_for_signal
