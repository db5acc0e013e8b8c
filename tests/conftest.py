"""The data servers, started once for the test session; migrated shards; a clean Valkey for each test."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from stack.embedded import Servers, running
from stack.embedded.postgres import Tuning
from tests.search.elasticsearch_node import Node, Unavailable, running_node


@pytest.fixture(scope="session", autouse=True)
def _nobodys_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever a test starts minds neither the platform that runs in this clone nor its user's settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WAYBILL_")]:
            patch.delenv(name)
        patch.setenv("WAYBILL_HOME", str(tmp_path_factory.mktemp("nobody") / "home"))
        patch.setenv("WAYBILL_PORT", "0")
        yield


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Run PostgreSQL (four shard databases and `search`, all empty) and Valkey, as `waybill up` does."""
    root = Path(tempfile.mkdtemp(prefix="waybill-tests-"))
    root.chmod(0o711)  # Postgres's own user must pass, when root runs the tests
    try:
        with running(root, tuning=Tuning(shared_buffers=64, durable=False)) as started:
            yield started
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def elasticsearch_node() -> Iterator[Node]:
    """Run a node for the session; skip where it cannot be built."""
    try:
        with running_node() as node:
            yield node
    except Unavailable as missing:
        pytest.skip(f"no Elasticsearch: {missing}")


@pytest.fixture(scope="session")
def shards(servers: Servers) -> tuple[str, ...]:
    """Return the DSNs of the shard databases, migrated, with the owner's role, which sees everything."""
    if importlib.util.find_spec("subgraphs.common.migrate") is None:
        pytest.fail("subgraphs.common.migrate does not exist yet")
    migrate = import_module("subgraphs.common.migrate").migrate
    roles = import_module("subgraphs.common.roles").Roles("waybill_app", "waybill_system")
    with ThreadPoolExecutor(1) as thread:  # a loop of its own: tests' session loop may be waiting for us
        thread.submit(asyncio.run, migrate(servers.shards, roles=roles)).result()
    return servers.shards


@pytest.fixture(scope="session")
def addresses(servers: Servers, shards: tuple[str, ...]) -> dict[str, Any]:
    """Return what settings say of the migrated shards: their addresses with the platform's roles."""
    return {
        "shards": servers.app_shards,
        "system_shards": servers.system_shards,
        "owner_shards": servers.shards,
    }


@pytest.fixture
def valkey_url(servers: Servers) -> str:
    """Return the address of an empty Valkey (emptied before each test that asks for it)."""
    with Redis.from_url(servers.valkey) as client:
        client.flushall()
    return servers.valkey
