"""Passwords of the embedded servers: random, made at the first start, readable for the user alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from stack.home import Home


def password_of(home: Home, server: str) -> str:
    """The password of a server of this home, made if there is none."""
    file = home.keys / f"{server}-password"
    if not file.exists() or not file.stat().st_size:  # a full disk leaves it empty
        write_private(file, secrets.token_hex(16))
    return file.read_text()


def write_private(file: Path, text: str) -> None:
    """Write a file that nobody else may read, at no moment."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        os.fchmod(descriptor, 0o600)
        opened.write(text)
