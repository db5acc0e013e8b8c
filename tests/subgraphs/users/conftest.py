from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from subgraphs.users.app import create_app
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import GraphClient, serve


@pytest.fixture
def settings(addresses: dict[str, Any], valkey_url: str, tmp_path: Path) -> UsersSettings:
    return UsersSettings(**addresses, valkey_url=valkey_url, signing_key_file=tmp_path / "key.pem")


@pytest.fixture
async def users(settings: UsersSettings) -> AsyncIterator[GraphClient]:
    async with serve(create_app(settings)) as client:
        yield client
