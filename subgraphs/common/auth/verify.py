"""From an `Authorization` header to a `Caller`; verified tokens are remembered until they expire."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import jwt

from ..errors import Unauthenticated
from .caller import Caller, Role
from .keys import KeySource

ALGORITHMS = ["EdDSA", "RS256"]


def bearer_of(authorization: str | None) -> str | None:
    """The token of an `Authorization` header; None without a header, Unauthenticated for another scheme."""
    if not authorization:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must be `Bearer <token>`.")
    return token.strip()


class TokenVerifier:
    """Verifies access tokens; costs one signature check per token and process.

    `leeway`: seconds by which the issuer's clock may be ahead (a token's `iat`) or ours (its `exp`).
    """

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        leeway: float = 0.0,
        remember: int = 10_000,
    ) -> None:
        self._keys, self._issuer, self._audience, self._leeway = keys, issuer, audience, leeway
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._remember = remember

    async def caller(self, authorization: str | None) -> Caller | None:
        """The caller; None without a token; Unauthenticated for a bad one."""
        token = bearer_of(authorization)
        if token is None:
            return None
        known = self._known.get(token)
        if known is not None and known[0] > time.time():
            return known[1]
        expires, caller = await self._verify(token)
        self._known[token] = expires, caller
        if len(self._known) > self._remember:
            self._known.popitem(last=False)
        return caller

    async def _verify(self, token: str) -> tuple[float, Caller]:
        try:
            key = await self._keys.key(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise Unauthenticated("The access token is signed with an unknown key.")
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
            return float(claims["exp"]) + self._leeway, _caller_of(claims)
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("The access token has expired.") from error
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unauthenticated("The access token is not valid.") from error


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    # `vendor`, of one vendor, is how tokens said it before somebody could work for several.
    vendor, session = claims.get("vendor"), claims.get("session")
    vendors = claims.get("vendors") or ([vendor] if vendor else [])
    return Caller(
        tenant=claims["tenant"],
        user_id=UUID(claims["sub"]),
        role=Role(claims["role"]),
        vendor_ids=frozenset(UUID(vendor) for vendor in vendors),
        session_id=UUID(session) if session else None,
        operator=claims.get("operator") is True,
    )
