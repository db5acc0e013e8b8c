"""The JWKS: public keys by their id, from a URL or a file, fetched when needed.

Keys are asked for again when they are old, and when a token names a key that is not among them (the
issuer may have rotated), though never more often than the cooldown allows: a flood of made-up key ids
must not become a flood of requests to the issuer.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import orjson

from ...errors import RequestError

logger = logging.getLogger(__name__)

FETCH_TIMEOUT = 5.0
# Seconds: as long as there are no keys at all no token can be checked, so they are asked for more often.
FIRST_PAUSE = 1.0


@dataclass(slots=True)
class KeySet:
    """The keys of one JWKS (``location``: URL or file path); times in seconds."""

    location: str
    refresh_after: float
    cooldown: float
    _keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    _fetched_at: float | None = None
    _tried_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _is_failing: bool = False

    @property
    def count(self) -> int:
        """How many keys there are; none: no token can be checked."""
        return len(self._keys)

    async def fetch_first(self) -> None:
        """Return when there are keys: a wrong address is told before the first token comes."""
        while self._fetched_at is None:
            await self._refresh()
            if self._fetched_at is None:
                await asyncio.sleep(FIRST_PAUSE)

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id (of a token without an id: the only key), or None.

        Raises ``AUTHENTICATION_UNAVAILABLE`` when no keys could be had yet.
        """
        key = self._look_up(key_id)
        if key is None or self._is_old():
            await self._refresh()
            key = self._look_up(key_id)
        if self._fetched_at is None:
            raise RequestError("AUTHENTICATION_UNAVAILABLE", "Tokens cannot be checked at the moment.")
        return key

    def _look_up(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    def _is_old(self) -> bool:
        return self._fetched_at is None or time.monotonic() - self._fetched_at > self.refresh_after

    async def _refresh(self) -> None:
        """Fetch once for all who wait; old keys stay when the issuer does not answer."""
        asked_at = time.monotonic()
        async with self._lock:
            if self._tried_at >= asked_at or asked_at - self._tried_at < self._pause():
                return
            self._tried_at = time.monotonic()
            try:
                self._keys = read_keys(await self._fetch())
                self._fetched_at = time.monotonic()
                self._tell_read()
            except Exception as error:
                self._tell_failed(error)

    def _pause(self) -> float:
        """Least seconds between two tries."""
        return min(self.cooldown, FIRST_PAUSE) if self._fetched_at is None else self.cooldown

    def _tell_failed(self, error: Exception) -> None:
        """Warn, once until it can be read again."""
        level = logging.DEBUG if self._is_failing else logging.WARNING
        self._is_failing = True
        about = {"location": self.location, "reason": repr(error), "keys": self.count}
        logger.log(level, "The JWKS cannot be read; tokens are refused but those of known keys", extra=about)

    def _tell_read(self) -> None:
        if self._is_failing:
            self._is_failing = False
            logger.info("The JWKS can be read", extra={"location": self.location, "keys": self.count})

    async def _fetch(self) -> bytes:
        if not self.location.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self.location).read_bytes)
        import httpx

        async with httpx.AsyncClient(timeout=FETCH_TIMEOUT) as client:
            response = await client.get(self.location)
        return response.raise_for_status().content


def read_keys(document: bytes) -> dict[str, jwt.PyJWK]:
    """Read the keys PyJWT knows; others (of new kinds, for encryption) are passed over."""
    keys: dict[str, jwt.PyJWK] = {}
    for number, item in enumerate(orjson.loads(document)["keys"]):
        if item.get("use", "sig") == "sig":
            key = _read_key(item)
            if key is not None:
                keys[item.get("kid") or f"#{number}"] = key
    return keys


def _read_key(item: dict[str, Any]) -> jwt.PyJWK | None:
    try:
        return jwt.PyJWK.from_dict(item)
    except jwt.PyJWTError:
        return None
