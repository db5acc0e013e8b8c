"""The key that signs access tokens: an Ed25519 PEM file; its public half is published as JWKS."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt import PyJWK


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key with the public one's JWK; `kid` is its RFC 7638 thumbprint."""

    private: Ed25519PrivateKey
    kid: str
    jwk: dict[str, str]

    @property
    def public(self) -> PyJWK:
        """For verifying."""
        return PyJWK.from_dict(self.jwk)

    @property
    def jwks(self) -> dict[str, Any]:
        """What /.well-known/jwks.json answers."""
        return {"keys": [self.jwk]}


def load_signing_key(path: Path) -> SigningKey:
    """Read the key; make the file first if there is none (the first of several processes makes it)."""
    if not path.exists():
        _create(path)
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return signing_key(private)


def signing_key(private: Ed25519PrivateKey) -> SigningKey:
    """Derive the public half and its name."""
    public = {"crv": "Ed25519", "kty": "OKP", "x": _base64(private.public_key().public_bytes_raw())}
    thumbprint = _base64(sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest())
    return SigningKey(private, thumbprint, {**public, "kid": thumbprint, "alg": "EdDSA", "use": "sig"})


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    # A link is made whole or not at all, and never over a key that another process has just made.
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
