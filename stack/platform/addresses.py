"""Where everything of one run listens: configured ports, else free ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stack.embedded.ports import LOCALHOST, free_ports, is_free
from stack.settings import StackSettings

SUBGRAPHS = ("users", "catalog", "orders", "riders")


class PortTaken(Exception):
    """A configured port is in use."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports by process."""

    host: str
    router: int
    admin: int
    postgres: int
    valkey: int
    provider: int
    subgraphs: dict[str, int]

    @property
    def router_url(self) -> str:
        """What a browser opens."""
        host = LOCALHOST if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{host}:{self.router}"

    def subgraph_url(self, name: str) -> str:
        """A subgraph's base address."""
        return f"http://{LOCALHOST}:{self.subgraphs[name]}"

    @property
    def provider_url(self) -> str:
        """The provider simulator's base address."""
        return f"http://{LOCALHOST}:{self.provider}"


def choose_addresses(settings: StackSettings, subgraphs: Sequence[str] = SUBGRAPHS) -> Addresses:
    """Pick a port for each process; a configured one that is taken is an error that names its setting."""
    configured = {
        "WAYBILL_PORT": (settings.host, settings.port),
        "WAYBILL_ADMIN_PORT": (LOCALHOST, settings.admin_port),
        "WAYBILL_POSTGRES_PORT": (LOCALHOST, settings.postgres_port),
        "WAYBILL_VALKEY_PORT": (LOCALHOST, settings.valkey_port),
    }
    for name, (host, port) in configured.items():
        if port and not is_free(port, host):
            raise PortTaken(
                f"port {port} is taken by another program; choose another with {name} (0 takes a free one)"
            )
    free = free_ports(len(configured) + 1 + len(subgraphs))
    router, admin, postgres, valkey = (port or free.pop() for _, port in configured.values())
    return Addresses(
        settings.host, router, admin, postgres, valkey, free.pop(), {name: free.pop() for name in subgraphs}
    )
