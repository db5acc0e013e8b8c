"""The table of the platform's processes: what `waybill run NAME` starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The variable that names the file which a background process makes when it is ready.
READY_FILE = "WAYBILL_READY_FILE"


@dataclass(frozen=True, slots=True)
class Part:
    """A process: `targets` are ASGI factories (one) or modules with `async def run()` (one or more)."""

    name: str
    kind: Literal["subgraph", "http", "background"]
    targets: tuple[str, ...]
    about: str


PARTS = {
    part.name: part
    for part in (
        Part("users", "subgraph", ("subgraphs.users.app:create_app",), "users and logins"),
        Part("catalog", "subgraph", ("subgraphs.catalog.app:create_app",), "vendors, products, search"),
        Part("orders", "subgraph", ("subgraphs.orders.app:create_app",), "orders"),
        Part("riders", "subgraph", ("subgraphs.riders.app:create_app",), "riders, live positions"),
        Part(
            "provider",
            "http",
            ("subgraphs.orders.providers.simulator:create_app",),
            "delivery providers, simulated",
        ),
        Part(
            "worker",
            "background",
            (
                "subgraphs.orders.worker",
                "subgraphs.orders.consumer",
                "subgraphs.riders.consumer",
                "subgraphs.users.consumer",
                "subgraphs.catalog.consumer",
                "subgraphs.common.upkeep.run",
            ),
            "dispatches orders, assigns riders, follows approvals, upkeep",
        ),
        Part("relay", "background", ("subgraphs.common.relay",), "publishes the outbox"),
        Part("indexer", "background", ("subgraphs.catalog.indexing",), "feeds the search index"),
    )
}
