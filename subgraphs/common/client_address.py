"""Where a request comes from: the connection's other end, or who stands behind it by `X-Forwarded-For`.

Anybody can write that header, so it is believed of trusted proxies only (the router, what stands between),
and read from its end, where the last of them has written.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(texts: Iterable[str]) -> Networks:
    """Addresses and ranges (CIDR) as networks; ValueError for what is none."""
    return tuple(ip_network(text, strict=False) for text in texts)


def address_of(scope: Scope, headers: Headers, trusted: Networks) -> str | None:
    """The address of a request's or a socket's client."""
    peer = scope.get("client")
    return client_address(peer[0] if peer else None, headers.get("x-forwarded-for"), trusted)


def client_address(peer: str | None, forwarded: str | None, trusted: Networks) -> str | None:
    """The client's address in one notation; None if nothing is known of it.

    `peer` is the connection's other end (None: a Unix socket, which has none and is trusted). An IPv6 address
    stands for its /64: that much a single customer has.
    """
    if not forwarded or not _is_trusted(peer, trusted):
        return _canonical(peer)
    found = _canonical(peer)
    for text in reversed(forwarded.split(",")):
        entry = _canonical(text.strip())
        if entry is None:
            break
        found = entry
        if not _is_trusted(text.strip(), trusted):
            break
    return found


def _is_trusted(peer: str | None, trusted: Networks) -> bool:
    if not peer:
        return True
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in trusted if network.version == address.version)


def _canonical(text: str | None) -> str | None:
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)
