"""Processes of one test session: each with its log, all ended at the end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack.account import Account, unprivileged
from stack.process import Command, spawn

STOP_SECONDS = 40
END_SECONDS = 10  # how gently processes end is shown by tests of their own
LOOK = 0.1


@dataclass
class Box:
    """A directory for everything, and what runs in it."""

    root: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    account: Account | None = field(default_factory=unprivileged)

    def folder(self, name: str) -> Path:
        """Make a directory that servers which refuse root may write."""
        folder = self.root / name
        folder.mkdir(mode=0o700)
        self.give(folder)
        return folder

    def give(self, path: Path) -> None:
        """Let the unprivileged account have a file or directory."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def log(self, name: str) -> Path:
        """Where a process's output goes."""
        return self.root / f"{name}.log"

    def start(self, command: Command) -> None:
        """Start a process; it dies with us."""
        self.commands[command.name] = command
        with self.log(command.name).open("ab") as log:
            self.running[command.name] = spawn(command, log.fileno())

    def stop(self, name: str) -> int:
        """Ask a process to end, and wait; returns its exit code."""
        process = self.running.pop(name)
        process.send_signal(self.commands[name].stop_signal)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def stop_all(self) -> None:
        """End all, at once: one after the other each would wait for servers that have gone before it."""
        for name, process in self.running.items():
            process.send_signal(self.commands[name].stop_signal)
        deadline = time.monotonic() + END_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def run(
        self, argv: list[str], env: Mapping[str, str] | None = None, *, as_account: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run something to its end; an error shows its output."""
        account = self.account if as_account else None
        done = subprocess.run(
            argv,
            cwd=self.root if as_account else None,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        assert done.returncode == 0, f"{argv[0]}: {done.stdout}{done.stderr}"
        return done

    def wait(self, what: str, ready: Callable[[], bool], seconds: float = 120.0) -> None:
        """Wait until it is ready; a failure shows the ends of all logs."""
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, f"{what} is not ready\n{self.tails()}"
            time.sleep(LOOK)

    async def until(self, what: str, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait as `wait` does, inside a loop."""
        await asyncio.to_thread(self.wait, what, ready, seconds)

    def tails(self) -> str:
        """Return the last lines of each log."""
        parts = []
        for file in sorted(self.root.glob("*.log")):
            lines = file.read_text(errors="replace").splitlines()[-8:]
            parts.append("\n".join([f"--- {file.stem}", *lines]))
        return "\n".join(parts)
