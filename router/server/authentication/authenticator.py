"""``Authorization`` into an identity: none for no token, a coded error for a bad one.

A token is verified once and remembered until it ends, so that a request costs a look-up. Tokens that were
refused are not remembered: whoever sends them pays for it alone, and none can fill the memory.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import jwt

from ...errors import RequestError
from ...settings import ServerSettings
from ...traffic.messages import Identity
from ..exchange.clock import Clock
from .keys import KeySet


class Authenticator:
    """Verifies bearer tokens by the settings ``jwks``, ``jwt_…``."""

    def __init__(self, location: str, settings: ServerSettings, clock: Clock) -> None:
        self._keys = KeySet(location, settings.jwks_refresh, settings.jwks_cooldown)
        self._settings = settings
        self._clock = clock
        self._verified: OrderedDict[str, Identity] = OrderedDict()

    async def identify(self, authorization: str | None) -> Identity | None:
        """Who sent this header; None for none. Raises ``UNAUTHENTICATED`` for a token that is not good."""
        if authorization is None:
            return None
        known = self.remembered(authorization)
        if known is not None:
            return known
        identity = await self._verify(_bearer_token(authorization))
        self._remember(authorization, identity)
        return identity

    @property
    def keys(self) -> int:
        """How many keys tokens can be checked with at the moment."""
        return self._keys.count

    async def prepare(self) -> None:
        """Return when tokens can be checked."""
        await self._keys.fetch_first()

    def remembered(self, authorization: str) -> Identity | None:
        """Who sent this header, if it was verified before and has not ended."""
        identity = self._verified.get(authorization)
        return None if identity is None or self._has_ended(identity) else identity

    def _has_ended(self, identity: Identity) -> bool:
        return identity.ends_at is not None and identity.ends_at <= self._clock.now()

    def _remember(self, authorization: str, identity: Identity) -> None:
        self._verified[authorization] = identity
        if len(self._verified) > self._settings.jwt_cache:
            self._verified.popitem(last=False)

    async def _verify(self, token: str) -> Identity:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(header.get("kid"))
            claims = self._decode(token, header, key)
        except jwt.PyJWTError as error:
            raise unauthenticated(f"The token is not valid: {error}.") from error
        end = claims.get("exp")
        ends_at = None if end is None else float(end) + self._settings.jwt_leeway
        identity = Identity(claims, read_scopes(claims), ends_at)
        if self._has_ended(identity):
            raise unauthenticated("The token is not valid: Signature has expired.")
        return identity

    def _decode(self, token: str, header: dict[str, Any], key: jwt.PyJWK | None) -> dict[str, Any]:
        """Check signature and claims; the key decides the algorithm, not the token."""
        if key is None:
            raise jwt.InvalidTokenError("unknown key")
        algorithm = header.get("alg")
        if algorithm != key.algorithm_name or algorithm not in self._settings.jwt_algorithms:
            raise jwt.InvalidAlgorithmError(f"algorithm {algorithm} is not accepted")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            issuer=self._settings.jwt_issuer,
            audience=self._settings.jwt_audience or None,
            leeway=self._settings.jwt_leeway,
            options={"verify_aud": bool(self._settings.jwt_audience)},
        )
        return claims


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("Authorization must be `Bearer TOKEN`.")
    return token.strip()


def unauthenticated(message: str) -> RequestError:
    """The answer to a bad token (RFC 6750 §3)."""
    challenge = (b"www-authenticate", b'Bearer error="invalid_token"')
    return RequestError("UNAUTHENTICATED", message, (challenge,))


def read_scopes(claims: dict[str, Any]) -> frozenset[str]:
    """Scopes as ``scope`` (words in a string, RFC 8693) or ``scp``/``scopes`` (a list)."""
    for name in ("scope", "scp", "scopes"):
        value = claims.get(name)
        if isinstance(value, str):
            return frozenset(value.split())
        if isinstance(value, list):
            return frozenset(item for item in value if isinstance(item, str))
    return frozenset()
