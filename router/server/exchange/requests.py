"""What every transport does with a request's envelope: headers, request id, identity."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

# A client's id goes into logs and headers, so it may hold nothing that means something there.
REQUEST_ID = re.compile(r"[A-Za-z0-9_.:/+=-]{1,128}\Z")

_prefix = f"{secrets.token_hex(5)}-"
_numbers = itertools.count(1)


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """ASGI's header pairs as a map; a name given twice is joined by a comma (RFC 9110 §5.3)."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1")
        if key in headers:
            headers[key] += ("; " if key == "cookie" else ", ") + value.decode("latin-1")
        else:
            headers[key] = value.decode("latin-1")
    return headers


def peer_of(scope: MutableMapping[str, Any]) -> str:
    """The address at the other end of ASGI's connection; empty for a Unix socket."""
    client = scope.get("client")
    return client[0] if client else ""


def choose_request_id(given: str | None) -> str:
    """The client's ``X-Request-Id`` where it is harmless, else a new one: unique by process and count."""
    if given is not None and REQUEST_ID.match(given):
        return given
    return new_request_id()


def new_request_id() -> str:
    """An id that no other process, and no other request of this one, has."""
    return f"{_prefix}{next(_numbers)}"


def renew_request_ids() -> None:
    """Take a new prefix: workers forked from one process must not count alike."""
    global _prefix
    _prefix = f"{secrets.token_hex(5)}-"


def headers_of_payload(payload: Mapping[str, Any] | None) -> dict[str, str]:
    """A ``connection_init`` payload as request headers: its ``headers`` map and ``Authorization``.

    Browsers cannot set headers on a WebSocket; clients put there what they would send by HTTP.
    """
    if not payload:
        return {}
    nested = payload.get("headers")
    pairs = dict(nested) if isinstance(nested, dict) else {}
    pairs.update((name, payload[name]) for name in payload if name.lower() == "authorization")
    return {name.lower(): value for name, value in pairs.items() if isinstance(value, str)}
