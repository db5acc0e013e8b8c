"""How often something was tried, and how long the next try has to wait: in Valkey, for all processes.

While Valkey is away each process counts for itself: guessing stays slow, and people can still log in.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

# Seconds that a login waits for Valkey before it is taken for away.
_PATIENCE = 1.0
# Counters that a process holds for itself at most.
_MOST_HELD = 50_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries are `free` within `window` seconds; each further one is followed by a pause.

    The first pause is `pause` seconds, each further one twice the last, none longer than `longest`. All is
    forgotten when there was no try for a window after the last pause.
    """

    free: int
    window: float
    pause: float
    longest: float

    def pause_after(self, tries: int) -> float:
        """The pause after so many tries, in seconds."""
        # The exponent is bounded, as a float has no 2**10_000.
        return (
            0.0 if tries <= self.free else min(self.longest, self.pause * 2 ** min(tries - self.free - 1, 60))
        )


class AttemptCounters(Protocol):
    """Counters by key; `now` is the time in seconds."""

    async def wait(self, key: str, now: float) -> float:
        """Seconds until the next try is allowed; 0: now."""

    async def count(self, key: str, allowance: Allowance, now: float) -> float:
        """Count a try, unless one has to wait: then the seconds until it is allowed."""

    async def forget(self, key: str) -> None:
        """Begin anew."""

    async def remember(self, key: str, now: float, seconds: float) -> None:
        """Note something for a while."""

    async def remembers(self, key: str, now: float) -> bool:
        """Whether it was noted."""


class HeldCounters:
    """In this process alone."""

    def __init__(self, most: int = _MOST_HELD) -> None:
        self._most = most
        # Key → tries, end of the pause, when all is forgotten.
        self._held: OrderedDict[str, tuple[int, float, float]] = OrderedDict()

    async def wait(self, key: str, now: float) -> float:
        """See `AttemptCounters`."""
        return max(0.0, self._of(key, now)[1] - now)

    async def count(self, key: str, allowance: Allowance, now: float) -> float:
        """See `AttemptCounters`."""
        tries, until, _ = self._of(key, now)
        if until > now:
            return until - now
        pause = allowance.pause_after(tries + 1)
        # Without a pause nobody waits, not even who looked at the clock before this one.
        until = now + pause if pause else 0.0
        self._put(key, (tries + 1, until, now + pause + allowance.window))
        return 0.0

    async def forget(self, key: str) -> None:
        """See `AttemptCounters`."""
        self._held.pop(key, None)

    async def remember(self, key: str, now: float, seconds: float) -> None:
        """See `AttemptCounters`."""
        self._put(key, (1, now, now + seconds))

    async def remembers(self, key: str, now: float) -> bool:
        """See `AttemptCounters`."""
        return self._of(key, now)[0] > 0

    def _of(self, key: str, now: float) -> tuple[int, float, float]:
        found = self._held.get(key)
        return found if found is not None and found[2] > now else (0, now, now)

    def _put(self, key: str, counted: tuple[int, float, float]) -> None:
        self._held[key] = counted
        self._held.move_to_end(key)
        if len(self._held) > self._most:
            self._held.popitem(last=False)


# Compares and counts in one step: a thousand guesses at once are a thousand, one after the other.
_COUNT = """
local now, free, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local pause, longest = tonumber(ARGV[4]), tonumber(ARGV[5])
local till = tonumber(redis.call('HGET', KEYS[1], 'till') or '0')
if till > now then return till - now end
local tries, wait = redis.call('HINCRBY', KEYS[1], 'tries', 1), 0
if tries > free then
  wait = math.min(longest, pause * 2 ^ math.min(tries - free - 1, 60))
  redis.call('HSET', KEYS[1], 'till', string.format('%d', now + wait))
end
redis.call('PEXPIRE', KEYS[1], string.format('%d', window + wait))
return 0
"""


class ValkeyCounters:
    """In Valkey; RedisError or OSError when it is away. Keys end by themselves."""

    def __init__(self, valkey: Redis) -> None:
        self._valkey = valkey
        self._count = valkey.register_script(_COUNT)

    async def wait(self, key: str, now: float) -> float:
        """See `AttemptCounters`."""
        till = await cast("Awaitable[str | None]", self._valkey.hget(key, "till"))
        return max(0.0, float(till or 0) / 1000 - now)

    async def count(self, key: str, allowance: Allowance, now: float) -> float:
        """See `AttemptCounters`."""
        seconds = (now, allowance.window, allowance.pause, allowance.longest)
        at, window, pause, longest = (round(each * 1000) for each in seconds)
        waiting = await self._count(keys=[key], args=[at, allowance.free, window, pause, longest])
        return float(waiting) / 1000

    async def forget(self, key: str) -> None:
        """See `AttemptCounters`."""
        await self._valkey.delete(key)

    async def remember(self, key: str, now: float, seconds: float) -> None:
        """See `AttemptCounters`."""
        await self._valkey.set(key, "1", ex=round(seconds))

    async def remembers(self, key: str, now: float) -> bool:
        """See `AttemptCounters`."""
        return bool(await self._valkey.exists(key))


class LastingCounters:
    """Valkey's, and this process's own while Valkey is away."""

    def __init__(self, valkey: Redis) -> None:
        self._shared: AttemptCounters = ValkeyCounters(valkey)
        self._own: AttemptCounters = HeldCounters()
        self._is_away = False

    async def wait(self, key: str, now: float) -> float:
        """See `AttemptCounters`."""
        return await self._by(lambda counters: counters.wait(key, now))

    async def count(self, key: str, allowance: Allowance, now: float) -> float:
        """See `AttemptCounters`."""
        return await self._by(lambda counters: counters.count(key, allowance, now))

    async def forget(self, key: str) -> None:
        """See `AttemptCounters`."""
        await self._by(lambda counters: counters.forget(key))

    async def remember(self, key: str, now: float, seconds: float) -> None:
        """See `AttemptCounters`."""
        await self._by(lambda counters: counters.remember(key, now, seconds))

    async def remembers(self, key: str, now: float) -> bool:
        """See `AttemptCounters`."""
        return await self._by(lambda counters: counters.remembers(key, now))

    async def _by(self, ask: Callable[[AttemptCounters], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await ask(self._shared)
            self._is_away = False
            return answer
        except (RedisError, OSError, TimeoutError) as error:
            if not self._is_away:
                logger.warning("attempts are counted by each process", extra={"reason": type(error).__name__})
            self._is_away = True
            return await ask(self._own)
