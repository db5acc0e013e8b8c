"""Origins of pages as browsers send them (RFC 6454 §6.2): texts that the CORS settings are compared with."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

INVALID = "CORS_ORIGIN_INVALID"
ANY = "*"
# What a page without an origin sends: a file, a sandbox.
OPAQUE = "null"
DEFAULT_PORTS = {"http": 80, "https": 443}


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Give them back; an error names those that no browser ever sends, and what it sends instead."""
    for origin in origins:
        meant = origin if origin in (ANY, OPAQUE) else as_sent(origin)
        if meant is None:
            raise _error(
                f"{origin!r} is no origin: write scheme://host or scheme://host:port, "
                "and patterns of them in CORS_ORIGIN_REGEX."
            )
        if meant != origin:
            raise _error(f"no browser sends the origin {origin!r}: write {meant}.")
    return origins


def as_sent(text: str) -> str | None:
    """The origin of a URL as a browser sends it; None where there is none."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not parts.scheme or not host or "*" in host:
        return None
    host = f"[{host}]" if ":" in host else host
    shown = "" if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def check_regex(pattern: str) -> str:
    """Give it back; an error says what is wrong with it."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise _error(f"{pattern!r} is no regular expression: {error}.") from error
    return pattern


def _error(message: str) -> PydanticCustomError:
    # Braces would be taken for places to fill in.
    return PydanticCustomError("cors_origin", "{said}", {"said": f"{INVALID}: {message}"})
