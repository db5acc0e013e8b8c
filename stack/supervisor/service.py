"""What the supervisor keeps running: a command, how to see that it is ready, and its place in the order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from stack.process import Command

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Service:
    """One long-running process; `address` and `about` are what people see.

    `deadline` is the longest wait for it to be ready, `stop_patience` to end (else the
    supervisor's); in seconds.
    """

    command: Command
    ready: Check
    deadline: float = 60.0
    stop_patience: float | None = None
    address: str = ""
    about: str = ""
    kind: str = "process"
    before_start: Callable[[], None] | None = None

    @property
    def name(self) -> str:
        """Its name in logs and commands."""
        return self.command.name
