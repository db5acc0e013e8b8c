"""The key that access tokens are signed with, made at the first start."""

from __future__ import annotations

from pathlib import Path

from stack.home import Home


def signing_key(home: Home) -> Path:
    """Return the file of the Ed25519 private key (PEM, PKCS 8)."""
    file = home.keys / "tokens.pem"
    if not file.exists():
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(_new_key())
        unfinished.replace(file)
    return file.resolve()


def _new_key() -> bytes:
    # Loaded here: only the first start needs it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
