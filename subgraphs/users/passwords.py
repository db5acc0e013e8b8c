"""Password hashing by argon2id, in threads of its own: a hash costs tens of milliseconds of CPU.

m = 19 MiB, t = 2, p = 1, the default, is OWASP's recommendation; argon2's own default costs four times as
much. A hash tells with which settings it was made, so that changing them locks nobody out.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from subgraphs.common.errors import CodedError, ErrorCode

from .settings import UsersSettings

SHORTEST, LONGEST = 8, 200


class Passwords:
    """Hashes and verifies, a bounded number at a time."""

    def __init__(self, settings: UsersSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_passes, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._threads = ThreadPoolExecutor(settings.password_threads, thread_name_prefix="passwords")
        # Verified for unknown phones, so that the time taken does not tell whether an account exists.
        self._decoy = self._hasher.hash("decoy")

    async def hash(self, password: str) -> str:
        """The hash in PHC form; WEAK_PASSWORD if the length is out of bounds."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise CodedError(ErrorCode.WEAK_PASSWORD, field="password")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; takes as long without a hash."""
        verified = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, stored or self._decoy, password[: LONGEST + 1]
        )
        return verified and stored is not None

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False
