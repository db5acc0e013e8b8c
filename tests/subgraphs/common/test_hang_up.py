"""Who hangs up ends what was done for him: resolvers, loaders, statements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
import strawberry
from sqlalchemy import select, text

from subgraphs.common.auth import Caller
from subgraphs.common.context import Context
from subgraphs.common.database import ShardsByTenant
from subgraphs.common.execution import CompiledExecutor, FederatedSchema, StrawberryExecutor
from subgraphs.common.http_endpoint import GraphQLEndpoint
from subgraphs.common.loaders import ShardedLoader
from subgraphs.common.settings import CommonSettings
from subgraphs.common.sharding import ShardId
from subgraphs.common.tenants import Asked
from tests.router.server.running import running_app

MARK = "waybill_test_hang_up"
ENDED: asyncio.Queue[str] = asyncio.Queue()


class Slowly(ShardedLoader[int, int]):
    """Takes a minute in the database."""

    def shard_of(self, key: int) -> ShardId:
        return ShardId(0)

    async def fetch(self, shard: ShardId, keys: list[int]) -> Mapping[int, int]:
        try:
            await self.shards.fetch(shard, select(text(f"pg_sleep(60) AS {MARK}")), self.label)
        except asyncio.CancelledError:
            ENDED.put_nowait("loader")
            raise
        return {}

    def missing(self, key: int) -> int:
        return 0


Info = strawberry.Info[Context[Any], None]


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self, info: Info) -> int:
        try:
            return await info.context.loader(Slowly).load(1)
        except asyncio.CancelledError:
            ENDED.put_nowait("resolver")
            raise

    @strawberry.field
    def ok(self) -> bool:
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def change(self) -> bool:
        for _ in range(50):  # longer than it takes to see that the caller has left
            await asyncio.sleep(0.01)
        ENDED.put_nowait("changed")
        return True


@pytest.fixture
async def database(shards: tuple[str, ...]) -> AsyncIterator[ShardsByTenant]:
    opened = ShardsByTenant(CommonSettings(shards=shards, statement_timeout_ms=0))
    yield opened
    await opened.connections.close()


@pytest.fixture(params=[CompiledExecutor, StrawberryExecutor])
async def http(request: pytest.FixtureRequest, database: ShardsByTenant) -> AsyncIterator[httpx.AsyncClient]:
    async def make_context(asked: Asked, request_id: str) -> Context[Any]:
        return Context(cast("Any", SimpleNamespace(shards=database)), Caller("main"))

    executor = request.param(FederatedSchema(query=Query, mutation=Mutation))
    endpoint = GraphQLEndpoint("one", executor, make_context, body_max=1_000, slow_ms=60_000)
    async with (
        running_app(endpoint) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


async def _leave(http: httpx.AsyncClient, query: str) -> None:
    """Send an operation and hang up when it is under way."""
    asking = asyncio.create_task(http.post("/", json={"query": query}))
    await asyncio.sleep(0.3)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_query_ends_with_its_callers_connection(
    http: httpx.AsyncClient, database: ShardsByTenant
) -> None:
    await _leave(http, "{ slow }")
    assert {await ENDED.get(), await ENDED.get()} == {"loader", "resolver"}
    running = text(f"SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%AS {MARK}'")
    while await database.of_nobody().fetch(0, running, "running"):
        pass
    answer = await http.post("/", json={"query": "{ ok }"})
    assert answer.json() == {"data": {"ok": True}}


async def test_a_mutation_is_carried_to_its_end(http: httpx.AsyncClient) -> None:
    await _leave(http, "mutation { change }")
    assert await ENDED.get() == "changed"
