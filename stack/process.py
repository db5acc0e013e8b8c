"""A process to start, and how: its group, its user, and its tie to the parent's life.

In: a Command. Out: a Popen whose process ends when its parent does, however that ends.
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


def spawn(command: Command, log: int) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, both outputs to the file descriptor `log`.

    Call it from the main thread: Linux sends the death signal when the *thread* that forked ends.
    """
    account = command.account
    return subprocess.Popen(
        command.argv,
        cwd=command.cwd,
        env=dict(command.env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,  # a Ctrl-C in the terminal reaches the parent alone, which keeps the order
        preexec_fn=_end_with_parent(command.stop_signal),
    )


def _end_with_parent(stop_signal: int) -> Callable[[], None]:
    """Make the step that runs in the child after the change of user (which would clear the setting)."""
    if sys.platform != "linux":
        return lambda: None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_for_signal() -> None:
        prctl(PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_for_signal
