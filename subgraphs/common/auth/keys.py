"""Where the public keys that verify tokens come from: a JWKS address, or the process itself (users)."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

import httpx
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from ..errors import CodedError, ErrorCode


class KeySource(Protocol):
    """Finds public keys by the `kid` of a token's header."""

    async def key(self, kid: str) -> PyJWK | None:
        """The key, or None if there is none of that name."""


class FixedKeys:
    """Keys that the process has itself."""

    def __init__(self, keys: dict[str, PyJWK]) -> None:
        self._keys = keys

    async def key(self, kid: str) -> PyJWK | None:
        """Look it up."""
        return self._keys.get(kid)


class RemoteKeys:
    """Keys published at a JWKS address; fetched once for many, again when old or for an unknown kid."""

    # An unknown kid may be a new key, or an attacker's: ask at most this often.
    UNKNOWN_PAUSE = 5.0

    def __init__(self, url: str, client: httpx.AsyncClient, *, keep_seconds: float = 300) -> None:
        self._url, self._client, self._keep = url, client, keep_seconds
        self._keys: dict[str, PyJWK] = {}
        self._fetched = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> PyJWK | None:
        """Look it up, fetching the set if that may help. Old keys go on serving while the source is down."""
        if self._must_fetch(kid):
            async with self._lock:
                if self._must_fetch(kid):
                    await self._fetch()
        return self._keys.get(kid)

    def _must_fetch(self, kid: str) -> bool:
        age = time.monotonic() - self._fetched
        return age > (self._keep if kid in self._keys else self.UNKNOWN_PAUSE)

    async def _fetch(self) -> None:
        try:
            response = await self._client.get(self._url)
            response.raise_for_status()
            key_set = PyJWKSet.from_dict(response.json())
        except (httpx.HTTPError, PyJWTError, ValueError, TypeError, AttributeError, KeyError) as error:
            if not self._keys:
                raise CodedError(ErrorCode.UNAVAILABLE, "Tokens cannot be verified now.") from error
            return
        self._keys = {key.key_id: key for key in key_set.keys if key.key_id}
        self._fetched = time.monotonic()
