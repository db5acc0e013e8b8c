"""What a process opens at its start and closes at its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

import httpx
from redis.asyncio import BlockingConnectionPool, Redis

from .auth import KeySource, RemoteKeys, TokenVerifier
from .background import keep_running
from .database import ShardConnections, Shards, ShardsByTenant, SystemShards
from .settings import CommonSettings


@dataclass(frozen=True, slots=True)
class Connections:
    """A process's connections to the shards, for all tenants, to Valkey and to HTTP services."""

    shards: Shards
    valkey: Redis
    http: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class RequestConnections:
    """The same of a process that answers requests, each for its tenant."""

    shards: ShardsByTenant
    valkey: Redis
    http: httpx.AsyncClient


@asynccontextmanager
async def connect(settings: CommonSettings) -> AsyncIterator[Connections]:
    """Open the pools (they connect at first use) and close them at the end."""
    shards = SystemShards(settings)
    async with _kept(shards.connections, settings) as (valkey, client):
        yield Connections(shards, valkey, client)


@asynccontextmanager
async def connect_for_requests(settings: CommonSettings) -> AsyncIterator[RequestConnections]:
    """Open the pools of a subgraph."""
    shards = ShardsByTenant(settings)
    async with _kept(shards.connections, settings) as (valkey, client):
        yield RequestConnections(shards, valkey, client)


@asynccontextmanager
async def own_shards(settings: CommonSettings) -> AsyncIterator[ShardsByTenant]:
    """Pools of one's own, for requests that others' need not wait for."""
    shards = ShardsByTenant(settings)
    async with _closed_at_the_end(shards.connections, settings):
        yield shards


@asynccontextmanager
async def _kept(
    shards: ShardConnections, settings: CommonSettings
) -> AsyncIterator[tuple[Redis, httpx.AsyncClient]]:
    valkey = connect_valkey(settings)
    try:
        async with _closed_at_the_end(shards, settings), httpx.AsyncClient(timeout=10) as client:
            yield valkey, client
    finally:
        await valkey.aclose()


@asynccontextmanager
async def _closed_at_the_end(shards: ShardConnections, settings: CommonSettings) -> AsyncIterator[None]:
    idle = partial(shards.close_idle_forever, settings.pool_idle_seconds)
    closing = asyncio.create_task(keep_running("closing of idle connections", idle, asyncio.Event()))
    try:
        yield
    finally:
        closing.cancel()
        await shards.close()


def connect_valkey(settings: CommonSettings) -> Redis:
    """A client with its own pool; values come as text."""
    pool = BlockingConnectionPool.from_url(
        settings.valkey_url,
        max_connections=settings.valkey_connections,
        # Until then requests wait for each other's connections; the plain pool would fail at once.
        timeout=settings.valkey_wait_seconds,
        decode_responses=True,
        health_check_interval=30,
    )
    return Redis.from_pool(pool)


def verifier(settings: CommonSettings, keys: KeySource) -> TokenVerifier:
    """The verifier of access tokens by the settings."""
    return TokenVerifier(
        keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        leeway=settings.clock_leeway_seconds,
        remember=settings.token_cache,
    )


def remote_verifier(settings: CommonSettings, client: httpx.AsyncClient) -> TokenVerifier:
    """The verifier for all but the issuer of tokens: keys come from WAYBILL_JWKS_URL."""
    return verifier(settings, RemoteKeys(settings.jwks_url, client, keep_seconds=settings.jwks_seconds))


def stop_event() -> asyncio.Event:
    """The process's event that SIGTERM or SIGINT sets; one for all who run in the same loop."""
    loop = asyncio.get_running_loop()
    if loop not in _stops:
        _stops[loop] = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stops[loop].set)
    return _stops[loop]


_stops: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Event] = WeakKeyDictionary()
