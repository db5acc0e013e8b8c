"""Signing keys, tokens, and a clock that a test moves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = time.time()
        self._moved = asyncio.Event()

    def now(self) -> float:
        return self._now

    async def wait_until(self, moment: float) -> None:
        while moment > self._now:
            await self._moved.wait()

    def move(self, seconds: float) -> None:
        self._now += seconds
        self._moved.set()
        self._moved = asyncio.Event()


class Key:
    """A signing key with an id."""

    def __init__(self, kid: str, algorithm: str = "EdDSA") -> None:
        make: dict[str, Callable[[], Any]] = {
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
            "RS256": lambda: rsa.generate_private_key(65537, 2048),
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        }
        self.kid = kid
        self.algorithm = algorithm
        self.private = make[algorithm]()

    def public_jwk(self) -> dict[str, Any]:
        algorithm: Any = get_default_algorithms()[self.algorithm]
        jwk = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**jwk, "kid": self.kid, "alg": self.algorithm, "use": "sig"}

    def sign(self, *, kid: str | None = "own", **claims: Any) -> str:
        payload = {"sub": "u1", "iss": "issuer", "aud": "api", "exp": time.time() + 60, **claims}
        headers = {"kid": self.kid if kid == "own" else kid} if kid else {}
        given = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(given, self.private, self.algorithm, headers=headers)


def write(path: Path, *keys: Key) -> None:
    path.write_bytes(orjson.dumps({"keys": [key.public_jwk() for key in keys]}))
