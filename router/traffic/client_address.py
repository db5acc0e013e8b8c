"""Who stands at the far end of a request: the connection's other end, or whom trusted proxies tell of.

Anybody can write ``X-Forwarded-For``; each proxy adds, behind what was there, whom it was called by. So its
entries are read from the right, as long as they are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


class ClientAddress:
    """Finds the client's address behind the proxies (addresses and ranges) that are trusted."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = [ip_network(text, strict=False) for text in trusted]

    def __call__(self, peer: str, forwarded: str | None) -> str | None:
        """The address; None where nothing is known of it. ``peer`` is empty for a Unix socket, where only
        a proxy of this machine can be.
        """
        found = _read(peer)
        if peer and (found is None or not self._trusts(found)):
            return str(found) if found else None
        for text in reversed((forwarded or "").split(",") if peer == "" or self._trusted else []):
            entry = _read(text.strip())
            if entry is None:
                break
            found = entry
            if not self._trusts(entry):
                break
        return str(found) if found else None

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted if network.version == address.version)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
