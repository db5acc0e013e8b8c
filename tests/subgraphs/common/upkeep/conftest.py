from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from subgraphs.common.process import Connections, connect
from subgraphs.common.upkeep.run import Upkeep
from subgraphs.common.upkeep.settings import UpkeepSettings


class Clock:
    """The time that the upkeep is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(shards: tuple[str, ...], valkey_url: str) -> UpkeepSettings:
    return UpkeepSettings(shards=shards, valkey_url=valkey_url, upkeep_batch=3, upkeep_pause_seconds=0)


@pytest.fixture
async def connections(settings: UpkeepSettings) -> AsyncIterator[Connections]:
    async with connect(settings) as opened:
        yield opened


@pytest.fixture
def upkeep(connections: Connections, settings: UpkeepSettings, clock: Clock) -> Upkeep:
    return Upkeep(connections, settings, clock)
