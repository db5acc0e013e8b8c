"""What the orders subgraph holds besides the connections: catalog client, live hub, shards of reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.context import Context, Resources
from subgraphs.common.database import ShardsByTenant
from subgraphs.common.json_calls import json_calls
from subgraphs.common.live import LiveHub, live_hub
from subgraphs.common.process import RequestConnections, own_shards, remote_verifier

from .catalog_client import CatalogClient
from .live import order_of
from .settings import OrdersSettings


@dataclass(frozen=True)
class OrdersResources(Resources[OrdersSettings]):
    """Made at the start of the process."""

    catalog: CatalogClient
    live: LiveHub
    # Where reports are read: they may be old, and take long.
    reports: ShardsByTenant


Info = strawberry.Info[Context[OrdersResources], None]


def orders_resources(settings: OrdersSettings) -> MakeResources:
    """The hub reads while the app runs."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[OrdersResources]:
        async with (
            json_calls() as calls,
            live_hub(connections.valkey, order_of) as live,
            _reports(settings, connections) as reports,
        ):
            catalog = CatalogClient(calls, settings.catalog_url, settings.catalog_seconds)
            yield OrdersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                remote_verifier(settings, connections.http),
                catalog,
                live,
                reports,
            )

    return make


@asynccontextmanager
async def _reports(
    settings: OrdersSettings, connections: RequestConnections
) -> AsyncIterator[ShardsByTenant]:
    """Where reports are read; who is away there is away: a report never turns to the primaries by itself."""
    if not settings.report_shards:
        yield connections.shards
        return
    elsewhere = settings.model_copy(update={"shards": settings.report_shards, "direct_shards": ()})
    async with own_shards(elsewhere) as reports:
        yield reports
