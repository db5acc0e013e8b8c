"""Which data servers a start uses: those it is given, and embedded ones for the rest.

In: settings. Out: everybody's addresses, and the services of the embedded servers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from stack.embedded import postgres, valkey
from stack.embedded.roles import Role
from stack.embedded.servers import shard_names
from stack.home import Home
from stack.servers import needs
from stack.servers.probe_elasticsearch import ElasticsearchServer
from stack.servers.probe_valkey import ValkeyServer
from stack.servers.tables import behind, lacks_partitions
from stack.servers.trouble import Code, Trouble, Troubles
from stack.servers.wait import Server
from stack.settings import StackSettings
from stack.supervisor.service import Service

from .addresses import Addresses
from .environment import Databases
from .services import postgres_service, valkey_service


@dataclass(frozen=True, slots=True)
class DataServers:
    """Addresses of all; services, cluster and databases to make where they are embedded."""

    databases: Databases
    services: tuple[Service, ...]
    cluster: postgres.Cluster | None
    created: tuple[str, ...]


async def prepare_servers(settings: StackSettings, home: Home, addresses: Addresses) -> DataServers:
    """Lay out the embedded servers (the first time this makes their files); starts none. Raises Troubles."""
    created = _databases_to_make(settings)
    try:
        cluster, command = await asyncio.gather(
            asyncio.to_thread(postgres.prepare, home, addresses.postgres) if created else _none(),
            asyncio.to_thread(valkey.prepare, home, addresses.valkey) if not settings.valkey_url else _none(),
        )
    except OSError as error:
        problem = f"{home.root} cannot hold the servers' files: {error}"
        raise Troubles([Trouble(Code.HOME, problem, Code.HOME.fix)]) from error
    services = []
    if cluster:
        tuning = postgres.Tuning(settings.postgres_buffers, settings.postgres_connections)
        services.append(postgres_service(cluster, tuning, settings.ready_seconds))
    if command:
        services.append(valkey_service(command, valkey.url(home, addresses.valkey), settings.ready_seconds))
    return DataServers(_addresses(settings, home, addresses, cluster), tuple(services), cluster, created)


def given_servers(settings: StackSettings, databases: Databases) -> list[Server]:
    """Return those servers that are not ours."""
    servers: list[Server] = []
    if settings.shards:
        servers += needs.shards(databases.owner_shards, tables=False, setting="--postgres (WAYBILL_SHARDS)")
    if settings.search_database_url and not databases.elasticsearch:
        servers.append(needs.search_database(databases.search))
    if settings.valkey_url:
        servers.append(ValkeyServer(databases.valkey, "--redis (WAYBILL_VALKEY_URL)"))
    if databases.elasticsearch:
        setting = "--elasticsearch (WAYBILL_ELASTICSEARCH_URL)"
        servers.append(ElasticsearchServer(databases.elasticsearch, setting))
    return servers


async def any_behind(dsns: Sequence[str]) -> bool:
    """Tell whether a shard's tables, or its present partitions, are missing or old."""
    return any(await asyncio.gather(*(_is_behind(dsn) for dsn in dsns)))


async def _is_behind(dsn: str) -> bool:
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        return bool(await behind(connection)) or await lacks_partitions(connection)
    finally:
        await connection.close()


async def _none() -> None:
    return None


def _databases_to_make(settings: StackSettings) -> tuple[str, ...]:
    shards = () if settings.shards else tuple(shard_names(settings.shard_count))
    searched_elsewhere = settings.search_backend == "elasticsearch" or settings.search_database_url
    return (*shards, *(() if searched_elsewhere else (postgres.SEARCH_DATABASE,)))


def _addresses(
    settings: StackSettings, home: Home, addresses: Addresses, cluster: postgres.Cluster | None
) -> Databases:
    search = settings.search_database_url
    if cluster:
        search = search or cluster.dsn(postgres.SEARCH_DATABASE)
    elastic = settings.elasticsearch_url if settings.search_backend == "elasticsearch" else ""
    app, system, owner = _shards(settings, cluster)
    return Databases(
        app,
        system,
        owner,
        "" if elastic else search,
        settings.valkey_url or valkey.url(home, addresses.valkey),
        elastic,
    )


def _shards(settings: StackSettings, cluster: postgres.Cluster | None) -> tuple[tuple[str, ...], ...]:
    """Return the addresses with each role: app, system, owner."""
    if settings.shards:
        given = (settings.shards, settings.system_shards, settings.owner_shards)
        return tuple(_split(addresses or settings.shards) for addresses in given)
    assert cluster, "shards that are not given are embedded"
    names = shard_names(settings.shard_count)
    return tuple(
        tuple(cluster.dsn(name, role) for name in names) for role in (Role.APP, Role.SYSTEM, Role.OWNER)
    )


def _split(addresses: str) -> tuple[str, ...]:
    return tuple(dsn.strip() for dsn in addresses.split(",") if dsn.strip())
