"""What the catalog subgraph holds besides the connections: the search backend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from search import SearchBackend
from subgraphs.common.app import MakeResources
from subgraphs.common.context import Context, Resources
from subgraphs.common.process import RequestConnections, remote_verifier

from .search_backend import open_search
from .settings import CatalogSettings


@dataclass(frozen=True)
class CatalogResources(Resources[CatalogSettings]):
    """Made at the start of the process."""

    search: SearchBackend


CatalogContext = Context[CatalogResources]
Info = strawberry.Info[CatalogContext, None]


def catalog_resources(settings: CatalogSettings) -> MakeResources:
    """Search connects when it is first asked: vendors and menus are served without it."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[CatalogResources]:
        tokens = remote_verifier(settings, connections.http)
        search = open_search(settings)
        try:
            yield CatalogResources(
                settings, connections.shards, connections.valkey, connections.http, tokens, search
            )
        finally:
            await search.close()

    return make
