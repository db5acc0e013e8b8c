"""The engine in use, and its exchange under load.

A request leases the engine of the moment and keeps it to its end; a retired engine is closed when the last
lease ends. So a new supergraph takes over without a request being dropped, and a subscription goes on with
the engine it started on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeAlias

from ..errors import RequestError
from ..execution.transport import Eventual
from ..traffic.messages import GraphQLEngine, GraphQLRequest, SingleResult

StartsAnswer: TypeAlias = Callable[[GraphQLRequest], Eventual[SingleResult] | None]
"""See ``router.traffic.engine.Engine.start``."""


class Lease:
    """One engine and how many use it now; as a context manager, one use."""

    __slots__ = ("_close", "_closing", "_users", "engine", "retired", "start")

    def __init__(self, engine: GraphQLEngine) -> None:
        self.engine = engine
        self.start: StartsAnswer | None = getattr(engine, "start", None)
        """The engine's way without a task, if it has one."""
        self.retired = False
        self._users = 0
        self._close: Callable[[], Awaitable[None]] | None = getattr(engine, "aclose", None)
        self._closing: asyncio.Future[None] | None = None

    def __enter__(self) -> GraphQLEngine:
        self.take()
        return self.engine

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    def take(self) -> None:
        """One use more; ``give_back`` ends it."""
        self._users += 1

    def give_back(self) -> None:
        """One use less."""
        self._users -= 1
        if self.retired:
            self.close_if_unused()

    def close_if_unused(self) -> None:
        """Close the engine when nobody uses it any more."""
        if self._users == 0 and self._close is not None and self._closing is None:
            self._closing = asyncio.ensure_future(self._close())

    async def closed(self) -> None:
        """Wait until a close that has begun is through."""
        if self._closing is not None:
            await self._closing


class Engines:
    """Holds the engine that new requests get."""

    def __init__(self, engine: GraphQLEngine | None = None) -> None:
        self.at_hand = None if engine is None else Lease(engine)
        """The engine of the moment; None: there is none yet."""

    @property
    def ready(self) -> bool:
        """Whether there is an engine."""
        return self.at_hand is not None

    @property
    def current(self) -> GraphQLEngine | None:
        """The engine of the moment, to look at."""
        return None if self.at_hand is None else self.at_hand.engine

    def lease(self) -> Lease:
        """The engine of the moment, to be used in a ``with``; ``NOT_READY`` when there is none."""
        if self.at_hand is None:
            raise RequestError("NOT_READY", "No supergraph is loaded yet.", ((b"retry-after", b"1"),))
        return self.at_hand

    def swap(self, engine: GraphQLEngine) -> None:
        """Give new requests another engine; the old one ends with its last request."""
        retired, self.at_hand = self.at_hand, Lease(engine)
        if retired is not None:
            retired.retired = True
            retired.close_if_unused()

    async def aclose(self) -> None:
        """End the engine in use (at the end of the process)."""
        retired, self.at_hand = self.at_hand, None
        if retired is not None:
            retired.retired = True
            retired.close_if_unused()
            await retired.closed()
