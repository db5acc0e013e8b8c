"""Slows down who guesses: by the phone that is tried, and by the address that tries.

    login      by phone, counted before the password is looked at and forgotten when it is right;
               by address, what failed
    refresh    by address, what failed
    register   by address, every new account; of a phone that is known it is a login

Whether a phone has an account makes no difference to any of it. Who has logged in from an address before has
a counter of his own there: nobody else can lock him out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from subgraphs.common.errors import CodedError, ErrorCode

from .attempt_counters import Allowance, AttemptCounters
from .settings import UsersSettings

_DAY = 86_400


class TooManyAttempts(CodedError):
    """Try again after some seconds."""

    def __init__(self, seconds: float) -> None:
        wait = max(1, ceil(seconds))
        message = f"That was tried too often: try again in {wait} seconds."
        super().__init__(ErrorCode.TOO_MANY_ATTEMPTS, message, retry_after=wait)


@dataclass(frozen=True, slots=True)
class Tried:
    """Who tries what: the tenant's phone in E.164, and the client's address if it is known."""

    tenant: str
    phone: str | None
    address: str | None


class Throttle:
    """Raises TooManyAttempts where one has to wait."""

    def __init__(
        self,
        counters: AttemptCounters,
        settings: UsersSettings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._counters, self._settings, self._clock = counters, settings, clock

    async def before_login(self, tried: Tried) -> None:
        """Before a password is looked at."""
        await self._let_address(tried)
        key, now = await self._phone_key(tried), self._clock()
        _wait(await self._counters.count(key, self._allowance(self._settings.login_attempts), now))

    async def after_login(self, tried: Tried) -> None:
        """The password was right."""
        await self._counters.forget(await self._phone_key(tried))
        if tried.address is not None:
            seconds = self._settings.known_address_days * _DAY
            await self._counters.remember(_known(tried), self._clock(), seconds)

    async def before_refresh(self, tried: Tried) -> None:
        """Before a refresh token is looked at."""
        await self._let_address(tried)

    async def after_failure(self, tried: Tried) -> None:
        """Password or token were wrong."""
        if tried.address is not None:
            allowance = self._allowance(self._settings.address_failures)
            await self._counters.count(_key("address", tried.address), allowance, self._clock())

    async def before_registration(self, tried: Tried) -> None:
        """Before an account is made."""
        if tried.address is not None:
            allowance = self._allowance(self._settings.address_registrations)
            key = _key("register", tried.address)
            _wait(await self._counters.count(key, allowance, self._clock()))

    async def _let_address(self, tried: Tried) -> None:
        if tried.address is not None:
            _wait(await self._counters.wait(_key("address", tried.address), self._clock()))

    async def _phone_key(self, tried: Tried) -> str:
        if tried.address is not None and await self._counters.remembers(_known(tried), self._clock()):
            return _key("at-known", tried.tenant, tried.phone, tried.address)
        return _key("phone", tried.tenant, tried.phone)

    def _allowance(self, free: int) -> Allowance:
        settings = self._settings
        return Allowance(
            free, settings.attempts_seconds, settings.attempts_pause_seconds, settings.attempts_longest_pause
        )


def _known(tried: Tried) -> str:
    return _key("known", tried.tenant, tried.phone, tried.address)


def _key(kind: str, *parts: str | None) -> str:
    """No phone and no address stands in Valkey as it is."""
    return f"waybill:attempts:{kind}:{sha256('|'.join(map(str, parts)).encode()).hexdigest()[:32]}"


def _wait(seconds: float) -> None:
    if seconds > 0:
        raise TooManyAttempts(seconds)
