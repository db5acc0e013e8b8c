"""What the orders subgraph holds besides the connections: the way to the catalog, and the live hub."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.context import Context, Resources
from subgraphs.common.json_calls import json_calls
from subgraphs.common.live import LiveHub, live_hub
from subgraphs.common.process import RequestConnections, remote_verifier

from .catalog_client import CatalogClient
from .live import order_of
from .settings import OrdersSettings


@dataclass(frozen=True)
class OrdersResources(Resources[OrdersSettings]):
    """Made at the start of the process."""

    catalog: CatalogClient
    live: LiveHub


Info = strawberry.Info[Context[OrdersResources], None]


def orders_resources(settings: OrdersSettings) -> MakeResources:
    """The hub reads while the app runs."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[OrdersResources]:
        async with json_calls() as calls, live_hub(connections.valkey, order_of) as live:
            catalog = CatalogClient(calls, settings.catalog_url, settings.catalog_seconds)
            yield OrdersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                remote_verifier(settings, connections.http),
                catalog,
                live,
            )

    return make
