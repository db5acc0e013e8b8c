from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from stack.embedded import Servers
from subgraphs.catalog.app import create_app
from subgraphs.catalog.settings import CatalogSettings
from subgraphs.common.database import SystemShards
from tests.subgraphs.catalog.market import Market
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.issuer import issuing


@pytest.fixture
async def market(
    servers: Servers, addresses: dict[str, Any], valkey_url: str, tmp_path: Path
) -> AsyncIterator[Market]:
    """The catalog app with a tenant of its own, which anonymous requests read."""
    tenant = f"t{uuid4().hex}"
    async with issuing(tmp_path, tenant) as issuer:
        settings = CatalogSettings(
            **addresses,
            valkey_url=valkey_url,
            jwks_url=issuer.jwks_url,
            tenant=tenant,
            search_database_url=servers.search,
        )
        app = create_app(settings)
        async with serve(app) as client:
            market = Market(client, settings, issuer, SystemShards(settings))
            await market.resources.search.ensure_index()
            yield market
            await market.shards.close()
