"""Subgraph URL → where to connect and what to ask for.

``http://host[:port]/path``, ``https://…``, or ``unix:/path/to.sock[:/path]`` (nginx's spelling; the
request path defaults to ``/graphql``).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_UNIX_TARGET = "/graphql"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom to connect to: what connections are pooled by."""

    host: str
    port: int
    tls: bool = False
    unix_path: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """An origin, and the request target and Host header to send there."""

    origin: Origin
    target: str
    authority: str


def parse_address(url: str) -> Address:
    """Read a subgraph's URL. ValueError if it is none that we can call."""
    if url.startswith("unix:"):
        return _unix_address(url)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"Not an http, https or unix URL: {url!r}.")
    tls = parts.scheme == "https"
    default_port = 443 if tls else 80
    port = parts.port or default_port
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if port == default_port else f"{host}:{port}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(Origin(parts.hostname, port, tls), target, authority)


def _unix_address(url: str) -> Address:
    path, _, target = url.removeprefix("unix:").removeprefix("//").partition(":")
    if not path.startswith("/"):
        raise ValueError(f"A Unix socket's path must be absolute: {url!r}.")
    return Address(Origin("localhost", 0, unix_path=path), target or DEFAULT_UNIX_TARGET, "localhost")
