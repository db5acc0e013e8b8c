"""What the orders subgraph holds besides the connections: the way to the catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.context import Context, Resources
from subgraphs.common.json_calls import json_calls
from subgraphs.common.process import RequestConnections, remote_verifier

from .catalog_client import CatalogClient
from .settings import OrdersSettings


@dataclass(frozen=True)
class OrdersResources(Resources[OrdersSettings]):
    """Made at the start of the process."""

    catalog: CatalogClient


Info = strawberry.Info[Context[OrdersResources], None]


def orders_resources(settings: OrdersSettings) -> MakeResources:
    """The common ones and `placing`."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[OrdersResources]:
        async with json_calls() as calls:
            catalog = CatalogClient(calls, settings.catalog_url, settings.catalog_seconds)
            yield OrdersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                remote_verifier(settings, connections.http),
                catalog,
            )

    return make
