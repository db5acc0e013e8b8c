"""Connections that are lent for one statement each, to a tenant by preference those that are its already.

asyncpg's own pool makes a task, a timeout and a proxy for every loan, which costs more than a hot read's
statement. Here a loan is a list's `pop` and `append`; only who finds no connection waits, and has a deadline.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from .tenant_connection import TenantConnection

# Opens a connection whose session is a tenant's.
Connect = Callable[[str], Awaitable[TenantConnection]]
# Seconds for a connection to say goodbye.
_GOODBYE = 2


class ConnectionPool:
    """At most `size` connections, opened when they are needed; `wait` is the longest wait for one."""

    def __init__(self, connect: Connect, *, size: int, wait: float) -> None:
        self._connect, self._size, self._wait = connect, size, wait
        self._free: list[TenantConnection] = []  # the last one used is the first one lent
        self._open = 0
        # Gets a connection, or None: leave to open one in place of a lost one.
        self._waiting: deque[asyncio.Future[TenantConnection | None]] = deque()
        self._least_free = 0
        self._closed = False

    async def take(self, tenant: str) -> TenantConnection:
        """A connection, to be given back; TimeoutError if all are in use for too long.

        It may be another tenant's: the taker has to look, and to change it.
        """
        while (connection := self._pick(tenant)) is not None:
            if len(self._free) < self._least_free:
                self._least_free = len(self._free)
            if not connection.is_closed():
                return connection
            self._open -= 1
        if self._open >= self._size:
            waited = await self._next()
            if waited is not None:
                return waited
        else:
            self._open += 1
        return await self._opened(tenant)

    def _pick(self, tenant: str) -> TenantConnection | None:
        """A free one of the tenant's. Where only others are free: None while one more may be opened, so that
        two tenants by turns do not change one connection each time; else the one that rested longest.
        """
        free = self._free
        for place in range(len(free) - 1, -1, -1):
            if free[place].session_tenant == tenant:
                return free.pop(place)
        return free.pop(0) if free and self._open >= self._size else None

    def give_back(self, connection: TenantConnection, *, usable: bool = True) -> None:
        """Lend it to who waits longest, or keep it; one that is not usable is ended."""
        if not usable or self._closed or connection.is_closed():
            connection.terminate()
            self._pass_on(None)
        else:
            self._pass_on(connection)

    async def close_idle(self) -> None:
        """Close as many as were never needed since the last call."""
        idle, self._free = self._free[: self._least_free], self._free[self._least_free :]
        self._open -= len(idle)
        self._least_free = len(self._free)
        for connection in idle:
            await connection.close(timeout=_GOODBYE)

    async def close(self) -> None:
        """Close all; those that are lent when they come back."""
        self._closed = True
        self._least_free = len(self._free)
        await self.close_idle()

    async def _next(self) -> TenantConnection | None:
        turn: asyncio.Future[TenantConnection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait):
                return await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # it came in the very moment of giving up
                self._pass_on(turn.result())
            raise

    async def _opened(self, tenant: str) -> TenantConnection:
        try:
            return await self._connect(tenant)
        except BaseException:
            self._pass_on(None)
            raise

    def _pass_on(self, connection: TenantConnection | None) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        else:
            self._free.append(connection)
