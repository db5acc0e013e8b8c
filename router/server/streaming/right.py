"""Until when a stream may run: its token's end. Its events stop there, with the reason.

Enters: a stream's events and who asked for it. Leaves: the same events; at the end ``UNAUTHENTICATED`` is
raised, and each transport tells it at its protocol's place. A renewed token moves ``ends_at``, nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ...errors import RequestError
from ...traffic.messages import Identity
from ..exchange.clock import Clock
from ..exchange.context import ServerContext
from ..exchange.status_codes import codes_of
from .run_stream import cancel_all, close_events

CODE = "UNAUTHENTICATED"


class Right:
    """When a stream ends by its token; Unix time. ``leeway``: seconds that clocks may differ."""

    def __init__(self, ends_at: float, clock: Clock, leeway: float) -> None:
        self.ends_at = ends_at
        self._clock = clock
        self._leeway = leeway

    def is_over(self) -> bool:
        """Whether the token has ended."""
        return self._clock.now() >= self.ends_at

    def may_be_over(self) -> bool:
        """Whether it has ended by a clock that is ahead of ours, a subgraph's."""
        return self._clock.now() >= self.ends_at - 2 * self._leeway

    async def wait_for_end(self) -> None:
        """Return when it is over."""
        while not self.is_over():
            await self._clock.wait_until(self.ends_at)


class RightfulEvents:
    """Events that stop when the right to them ends."""

    def __init__(self, events: AsyncIterator[bytes], right: Right) -> None:
        self._events = events
        self._right = right
        self._watch: asyncio.Future[None] | None = None
        self._waiting: asyncio.Timeout | None = None

    def __aiter__(self) -> RightfulEvents:
        """Be read as any events are."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next event; RequestError when there may be no more."""
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._interrupt_at_end())
        if self._right.is_over():
            raise token_ended()
        body = await self._next()
        # Before the end by our clock: a subgraph that finds the token too old has made a null of it.
        if self._right.may_be_over() and CODE.encode() in body and CODE in codes_of(body):
            raise token_ended()
        return body

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(None) as self._waiting:
                return await anext(self._events)
        except TimeoutError:
            if self._waiting is not None and self._waiting.expired():
                raise token_ended() from None
            raise
        finally:
            self._waiting = None

    async def _interrupt_at_end(self) -> None:
        await self._right.wait_for_end()
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def aclose(self) -> None:
        """End the events and their source."""
        if self._watch is not None:
            await cancel_all([self._watch])
        await close_events(self._events)


def rightful(
    events: AsyncIterator[bytes], identity: Identity | None, context: ServerContext
) -> AsyncIterator[bytes]:
    """The events as long as whoever asked for them may have them; nobody's have no end of this kind."""
    if identity is None or identity.ends_at is None:
        return events
    return RightfulEvents(events, Right(identity.ends_at, context.clock, context.settings.jwt_leeway))


def token_ended() -> RequestError:
    """Why the stream stops."""
    return RequestError(CODE, "The token has expired; subscribe again with a new one.")
