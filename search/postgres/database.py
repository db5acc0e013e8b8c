"""What the backend needs of a database: who uses the backend brings it, with whatever driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Executor(Protocol):
    """Runs statements whose parameters are written $1, $2, …; arrays are passed as lists."""

    async def fetch(self, sql: str, *parameters: object) -> Sequence[Mapping[str, Any]]:
        """Run one statement and return its rows."""

    async def execute(self, sql: str, *parameters: object) -> object:
        """Run one statement, or several if there are no parameters."""


class Database(Executor, Protocol):
    """A pool of connections: each call may use another one, a transaction stays on one."""

    def transaction(self) -> AbstractAsyncContextManager[Executor]:
        """Commit at the end, roll back on an exception."""

    async def close(self) -> None:
        """Close all connections."""
