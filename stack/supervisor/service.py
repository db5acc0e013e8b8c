"""What the supervisor keeps running: a command, how to see that it is ready, and its place in the order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from stack.process import Command

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Service:
    """One long-running process; `address` and `about` are what people see.

    `deadline` is the longest time in which it may get no nearer to being ready (`held_up`: whether something
    that it waits for is in the making, which is no time of its own), `stop_patience` the longest wait for its
    end (else the supervisor's); in seconds. `setting` names what changes the deadline.
    """

    command: Command
    ready: Check
    deadline: float = 60.0
    stop_patience: float | None = None
    address: str = ""
    about: str = ""
    kind: str = "process"
    setting: str = "WAYBILL_READY_SECONDS"
    held_up: Callable[[], bool] = lambda: False
    before_start: Callable[[], None] | None = None

    @property
    def name(self) -> str:
        """Its name in logs and commands."""
        return self.command.name
