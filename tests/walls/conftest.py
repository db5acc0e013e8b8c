"""Two marketplaces on one platform, made once for all tests of the walls."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import token_hex

import asyncpg
import pytest
from redis.asyncio import Redis

from stack.embedded import Servers, running
from stack.embedded.postgres import Tuning
from subgraphs.common.database import SystemShards
from subgraphs.common.json_calls import JsonCalls, json_calls
from subgraphs.common.migrate import migrate
from subgraphs.common.roles import Roles
from subgraphs.common.settings import CommonSettings
from subgraphs.users.access_tokens import issue_access_token
from subgraphs.users.first_admin import First, make_first_admin
from subgraphs.users.settings import UsersSettings
from subgraphs.users.signing import load_signing_key
from tests.walls import platform as platforms
from tests.walls.canaries import rows_of
from tests.walls.crowd import Crowd, Issue, gather_crowd
from tests.walls.doors import Doors
from tests.walls.graph import Graph, Person
from tests.walls.make_world import make_world
from tests.walls.people import PASSWORD, new_phone
from tests.walls.platform import OPERATORS, Platform
from tests.walls.quiet import Quiet
from tests.walls.reading import Tally
from tests.walls.world import Tools


@pytest.fixture(scope="package")
def own_servers() -> Iterator[Servers]:
    """Servers of the tests' own: in those that all tests share, what others left would go on happening."""
    root = Path(tempfile.mkdtemp(prefix="waybill-walls-"))
    root.chmod(0o711)  # Postgres's own user must pass, when root runs the tests
    try:
        with running(root, tuning=Tuning(shared_buffers=64, durable=False)) as started:
            yield started
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="package")
async def platform(own_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    await migrate(own_servers.shards, roles=Roles("waybill_app", "waybill_system"))
    async with platforms.running(own_servers, tmp_path_factory.mktemp("walls")) as started:
        yield started


@pytest.fixture(scope="package")
async def calls() -> AsyncIterator[JsonCalls]:
    async with json_calls() as client:
        yield client


@pytest.fixture(scope="package")
async def tools(platform: Platform, calls: JsonCalls) -> AsyncIterator[Tools]:
    settings = CommonSettings(
        shards=platform.servers.app_shards, system_shards=platform.servers.system_shards
    )
    shards = SystemShards(settings)
    async with Redis.from_url(platform.servers.valkey, decode_responses=True) as valkey:
        yield Tools(Graph(platform.router_url, calls), shards, Quiet(shards, valkey))
    await shards.close()


@pytest.fixture(scope="package")
async def operator(platform: Platform, tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """The first admin, made as `waybill admin create` does."""
    phone = new_phone()
    settings = UsersSettings(shards=platform.servers.app_shards, system_shards=platform.servers.system_shards)
    await make_first_admin(First(OPERATORS, "middle-east", "USD", phone, "Operator", PASSWORD), settings)
    query = (
        f'mutation {{ login(phone: "{phone}", password: "{PASSWORD}") {{ accessToken errors {{ code }} }} }}'
    )
    login = await tools.graph.must(query, Person("visitor", OPERATORS))
    return Person("operator", OPERATORS, login["accessToken"])


@pytest.fixture(scope="package")
async def crowd(platform: Platform, tools: Tools, operator: Person) -> AsyncIterator[Crowd]:
    """Everybody, before the northern marketplace's doors."""
    north, south = [
        await make_world(f"{name}-{token_hex(4)}", operator, tools) for name in ("north", "south")
    ]
    async with AsyncExitStack() as stack:
        connections = [await asyncpg.connect(dsn) for dsn in platform.servers.shards]
        for connection in connections:
            stack.push_async_callback(connection.close)
        valkey = await stack.enter_async_context(Redis.from_url(platform.servers.valkey))
        rows = await rows_of(north.tenant, tuple(connections), valkey)
        yield gather_crowd(north, rows, south, operator, issuer(platform))


def issuer(platform: Platform) -> Issue:
    """Signs as the platform does."""
    file = Path(platform.environment["WAYBILL_SIGNING_KEY_FILE"])
    settings, key = UsersSettings(shards=platform.servers.app_shards), load_signing_key(file)
    return lambda user, vendors: issue_access_token(user, key, settings, vendors=vendors).text


@pytest.fixture
def doors(platform: Platform, crowd: Crowd, calls: JsonCalls) -> Doors:
    return Doors(platform, crowd.world, calls)


@pytest.fixture
def tally(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts; at the end it says how many."""
    tally = Tally()
    yield tally
    with capsys.disabled():
        print(f"\n{request.node.name}: {tally.text}")
