"""Password hashing by argon2id, in threads of its own: a hash costs tens of milliseconds of CPU.

So many are made at a time and so many may wait: a flood of logins neither takes all cores nor makes those who
come later wait for all that came before.

m = 19 MiB, t = 2, p = 1, the default, is OWASP's recommendation; argon2's own default costs four times as
much. A hash tells with which settings it was made, so that changing them locks nobody out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from subgraphs.common.errors import CodedError, ErrorCode

from .settings import UsersSettings
from .weak_passwords import is_easily_guessed

T = TypeVar("T")

LONGEST = 200


class Passwords:
    """Hashes and verifies, a bounded number at a time."""

    def __init__(self, settings: UsersSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_passes, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._shortest = settings.password_min_length
        self._most = settings.password_threads + settings.password_queue
        self._under_way = 0
        self._threads = ThreadPoolExecutor(settings.password_threads, thread_name_prefix="passwords")
        # Verified for unknown phones, so that the time taken does not tell whether an account exists.
        self._decoy = self._hasher.hash("decoy")

    def check(self, password: str, personal: Iterable[str] = ()) -> None:
        """WEAK_PASSWORD if it is too short or long, or easily guessed (by what is `personal`, too)."""
        if not self._shortest <= len(password) <= LONGEST:
            message = f"A password has {self._shortest} to {LONGEST} characters."
            raise CodedError(ErrorCode.WEAK_PASSWORD, message, "password")
        if is_easily_guessed(password, personal):
            message = "This password is one of those that are guessed first."
            raise CodedError(ErrorCode.WEAK_PASSWORD, message, "password")

    async def hash(self, password: str) -> str:
        """The hash in PHC form; UNAVAILABLE if too many wait for theirs."""
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; takes as long without a hash. UNAVAILABLE as above."""
        verified = await self._in_turn(lambda: self._verify(stored or self._decoy, password[: LONGEST + 1]))
        return verified and stored is not None

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._most:
            raise CodedError(ErrorCode.UNAVAILABLE, "Too many log in at once: try again.", retry_after=1)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False
