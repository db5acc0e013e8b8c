"""One Valkey subscription a process → many local followers, each with room for the latest of each kind only.

A follower that is slow skips what has been overtaken; it never makes a queue grow. When the connection was
lost, followers get `RESUMED`: what was published meanwhile they must read elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from . import metrics
from .background import keep_running, note_failure

logger = logging.getLogger(__name__)
Message = Mapping[str, Any]
# Messages of one kind overtake each other; what a kind is, the channels' owner says.
KindOf = Callable[[Message], str]
RESUMED: Final[Message] = {"resumed": True}
_RETRY_SECONDS = 0.5
_CONFIRM_SECONDS = 5.0


class Mailbox:
    """What a follower has not read yet: one message a kind, the newest."""

    def __init__(self) -> None:
        self._waiting: dict[str, Message] = {}
        self._filled = asyncio.Event()

    def put(self, kind: str, message: Message) -> None:
        """Take the place of an unread message of the same kind."""
        self._waiting.pop(kind, None)
        self._waiting[kind] = message
        self._filled.set()

    async def take(self) -> Message:
        """The oldest unread message; waits for one."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        return self._waiting.pop(next(iter(self._waiting)))

    async def take_all(self) -> list[Message]:
        """Every unread message, the oldest first; waits for one."""
        first = await self.take()
        others = list(self._waiting.values())
        self._waiting.clear()
        return [first, *others]


class LiveHub:
    """Subscribes to a channel while anybody here follows it."""

    def __init__(self, valkey: Redis, kind_of: KindOf) -> None:
        self._pubsub: PubSub = valkey.pubsub()
        self._kind_of = kind_of
        self._followers: dict[str, set[Mailbox]] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Pass messages on until cancelled; survives Valkey's restarts."""
        while True:
            await self._wanted.wait()
            try:
                await self._read()
            except (RedisError, OSError) as error:
                note_failure(logger, "live channels lost", error)
                await asyncio.sleep(_RETRY_SECONDS)
                await self._subscribe_anew()

    @asynccontextmanager
    async def follow(self, channel: str) -> AsyncIterator[Mailbox]:
        """Everything published on the channel from the moment this yields until it is left."""
        mailbox = Mailbox()
        followers = self._followers.setdefault(channel, set())
        followers.add(mailbox)
        try:
            await self._ensure(channel)
            yield mailbox
        finally:
            followers.discard(mailbox)
            if not followers and self._followers.get(channel) is followers:
                await self._leave(channel)

    async def close(self) -> None:
        """Let the connection go."""
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _ensure(self, channel: str) -> None:
        if channel not in self._confirmed:
            self._confirmed[channel] = asyncio.Event()
            await self._pubsub.subscribe(channel)
            self._wanted.set()
        async with asyncio.timeout(_CONFIRM_SECONDS):
            await self._confirmed[channel].wait()

    async def _leave(self, channel: str) -> None:
        self._followers.pop(channel, None)
        self._confirmed.pop(channel, None)
        with suppress(RedisError, OSError):
            await self._pubsub.unsubscribe(channel)

    async def _read(self) -> None:
        """Until nobody follows; rests from then on, not only when the last to leave has unsubscribed."""
        while self._followers:
            event = await self._pubsub.get_message(timeout=1.0)
            if event is None:
                continue
            if event["type"] == "subscribe" and event["channel"] in self._confirmed:
                self._confirm(event["channel"])
            elif event["type"] == "message":
                self._deliver(event["channel"], event["data"])
        self._wanted.clear()

    def _confirm(self, channel: str) -> None:
        if self._confirmed[channel].is_set():  # for the second time: on a new connection
            for mailbox in self._followers.get(channel, ()):
                mailbox.put("resumed", RESUMED)
        self._confirmed[channel].set()

    def _deliver(self, channel: str, data: str) -> None:
        try:
            message = orjson.loads(data)
        except ValueError:
            message = None
        if not isinstance(message, dict):  # who reads this channel goes on with the next message
            metrics.skipped.labels("live message").inc()
            return
        for mailbox in self._followers.get(channel, ()):
            mailbox.put(self._kind_of(message), message)

    async def _subscribe_anew(self) -> None:
        """A new connection knows nothing of what the old one followed."""
        if self._followers:
            with suppress(RedisError, OSError):
                await self._pubsub.subscribe(*self._followers)


@asynccontextmanager
async def live_hub(valkey: Redis, kind_of: KindOf) -> AsyncIterator[LiveHub]:
    """A hub that reads until this is left."""
    hub = LiveHub(valkey, kind_of)
    reading = asyncio.create_task(keep_running("live channels", hub.run, asyncio.Event()))
    try:
        yield hub
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await hub.close()
