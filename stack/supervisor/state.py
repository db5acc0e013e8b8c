"""What the running platform says about itself, in a file that other terminals read.

The lock beside it tells whether the platform runs: the system releases it when the process ends, however.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from stack.home import Home


class AlreadyRunning(Exception):
    """Another platform runs on this home."""


@dataclass(slots=True)
class ProcessState:
    """One process: `status` is starting, ready, restarting, stopped or failed; times are Unix seconds."""

    name: str
    kind: str
    address: str = ""
    about: str = ""
    pid: int | None = None
    status: str = "starting"
    started_at: float | None = None
    restarts: int = 0


@dataclass(slots=True)
class PlatformState:
    """Everything `waybill status` and `waybill logs` need."""

    pid: int
    started_at: float
    router: str = ""
    processes: dict[str, ProcessState] = field(default_factory=dict)

    def save(self, file: Path) -> None:
        """Replace the file in one step, so that no reader sees half of it."""
        unfinished = file.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(self), indent=1))
        unfinished.replace(file)


def new_state() -> PlatformState:
    """Return the state of a platform that this process starts now."""
    return PlatformState(pid=os.getpid(), started_at=time.time())


def load_state(home: Home) -> PlatformState | None:
    """Return what the platform on this home last said, or None when nothing runs there."""
    if not is_running(home) or not home.state.exists():
        return None
    raw = json.loads(home.state.read_text())
    raw["processes"] = {name: ProcessState(**one) for name, one in raw["processes"].items()}
    return PlatformState(**raw)


def is_running(home: Home) -> bool:
    """Tell whether somebody holds the home's lock."""
    if not home.lock.exists():
        return False
    with home.lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def hold(home: Home) -> IO[str]:
    """Take the home's lock for as long as the returned file is open."""
    file = home.lock.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning(
            f"a platform already runs on {home.root}; see `waybill status`, "
            "or choose another directory with WAYBILL_HOME"
        ) from None
    return file
