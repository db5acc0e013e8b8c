from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from subgraphs.common.database import SystemShards
from subgraphs.riders.app import create_app
from subgraphs.riders.settings import RidersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.issuer import issuing
from tests.subgraphs.riders.fleet import Fleet


async def forget_orders(fleet: Fleet) -> None:
    """Those of tests before wait for nobody: the schedules look at all tenants' rows."""
    over = text("UPDATE riders.assignments SET status = 'CANCELLED' WHERE status <> 'CANCELLED'")
    for shard in fleet.shards.all:
        async with fleet.shards.writing_on(shard, "test") as connection:
            await connection.execute(over)


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
            await forget_orders(fleet)
            yield fleet
            await fleet.shards.close()
