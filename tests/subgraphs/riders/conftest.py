from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from subgraphs.riders.app import create_app
from subgraphs.riders.settings import RidersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.issuer import issuing
from tests.subgraphs.riders.fleet import Fleet


@pytest.fixture
async def fleet(shards: tuple[str, ...], valkey_url: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """The riders app with a tenant of its own."""
    tenant = f"t{uuid4().hex}"
    async with issuing(tmp_path, shards, tenant) as issuer:
        settings = RidersSettings(
            shards=shards,
            valkey_url=valkey_url,
            jwks_url=issuer.jwks_url,
            tenant=tenant,
            events_idle_ms=0,
            reports_per_second=1000,
        )
        async with serve(create_app(settings)) as client:
            yield Fleet(client, settings, issuer)
