"""Where a client is: only trusted proxies are believed, and of what they send only what they wrote."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from subgraphs.common.client_address import client_address, networks
from subgraphs.common.settings import CommonSettings

PROXIES = networks(["10.0.0.0/8", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "6.6.6.6, nonsense", "10.1.2.3"),
        ("10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "10.5.5.5, 10.9.9.9", "10.5.5.5"),
        ("10.1.2.3", None, "10.1.2.3"),
        ("::1", "198.51.100.1", "198.51.100.1"),
        (None, "198.51.100.1", "198.51.100.1"),
        (None, None, None),
        ("testclient", "198.51.100.1", None),
        ("10.1.2.3", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", None, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
    ],
)
def test_the_clients_address(peer: str | None, forwarded: str | None, address: str | None) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_what_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        CommonSettings(shards=("postgresql://x",), trusted_proxies=("10.0.0.0/99",))
