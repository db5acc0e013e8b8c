from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from subgraphs.common.database import SystemShards
from subgraphs.riders.app import create_app
from subgraphs.riders.settings import RidersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.issuer import issuing
from tests.subgraphs.riders.fleet import Fleet


@pytest.fixture
async def fleet(addresses: dict[str, Any], valkey_url: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """The riders app with a tenant of its own."""
    tenant = f"t{uuid4().hex}"
    async with issuing(tmp_path, tenant) as issuer:
        settings = RidersSettings(
            **addresses,
            valkey_url=valkey_url,
            jwks_url=issuer.jwks_url,
            tenant=tenant,
            events_idle_ms=0,
            reports_per_second=1000,
        )
        async with serve(create_app(settings)) as client:
            fleet = Fleet(client, settings, issuer, SystemShards(settings))
            yield fleet
            await fleet.shards.close()
