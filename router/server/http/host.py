"""Whom a request is for: its Host header, or its target in absolute form (RFC 9112 §3.2)."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import TypeAlias

import httptools

Headers: TypeAlias = list[tuple[bytes, bytes]]

# RFC 3986 §3.2.2 and §3.2.3. A name may be empty: so does a client say that its target has no authority.
_NAME = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?::[0-9]*)?")
_LITERAL = re.compile(rb"\[(?:([0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\](?::[0-9]*)?")


def host_fault(headers: Headers, version: str) -> str | None:
    """Say what is wrong with the Host of a request; None: nothing. HTTP/1.0 may have none."""
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1:
        return "The request has more than one Host header."
    if not hosts:
        return None if version == "1.0" else "The request has no Host header."
    return None if is_host(hosts[0]) else "The Host header is not a host with an optional port."


def is_host(value: bytes) -> bool:
    """Whether a value is ``uri-host [":" port]``."""
    if _NAME.fullmatch(value):
        return True
    literal = _LITERAL.fullmatch(value)
    return literal is not None and (literal[1] is None or _is_address(literal[1].decode()))


def _is_address(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def name_target(headers: Headers, url: bytes) -> None:
    """Put the authority of a target in absolute form in the Host header's place (RFC 9112 §3.2.2)."""
    if url.startswith((b"/", b"*")):
        return
    target = httptools.parse_url(url)
    if not target.host:
        return
    host = b"[%b]" % target.host if b":" in target.host else target.host
    named = host if target.port is None else b"%b:%d" % (host, target.port)
    headers[:] = [(name, named if name == b"host" else value) for name, value in headers]
