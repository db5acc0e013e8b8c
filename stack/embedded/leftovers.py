"""What a killed run may have left: a server that still winds down, and pid files of servers long gone.

A pid in a file proves nothing (numbers come back, in containers the same ones each time): it counts only
when that process is the server, working in that directory.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil


def end_leftover(pid_file: Path, program: str, directory: Path, *, patience: float) -> None:
    """Wait for a server of an earlier run to end (then end it), and delete its stale pid file."""
    process = _find(pid_file, program, directory)
    if process:
        _end(process, patience)
    pid_file.unlink(missing_ok=True)


def _find(pid_file: Path, program: str, directory: Path) -> psutil.Process | None:
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if process.name().startswith(program) and Path(process.cwd()) == directory.resolve():
            return process
    return None


def _end(process: psutil.Process, patience: float) -> None:
    with contextlib.suppress(psutil.Error):
        process.terminate()
        try:
            process.wait(patience)
        except psutil.TimeoutExpired:
            for each in (*process.children(recursive=True), process):
                each.kill()
            process.wait(patience)
