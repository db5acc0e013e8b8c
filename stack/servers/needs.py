"""What each process needs to be there before it starts, by the settings of the environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from subgraphs.catalog.settings import CatalogSettings
from subgraphs.common.settings import CommonSettings

from .probe_elasticsearch import ElasticsearchServer
from .probe_postgres import PostgresServer
from .probe_valkey import ValkeyServer
from .wait import Server

NOTHING = frozenset({"provider"})
SEARCHING = frozenset({"catalog", "indexer"})
FOR_ALL_TENANTS = frozenset({"worker", "relay", "indexer"})
# What the migrations and the search tables add; those that need others come after them.
SHARD_EXTENSIONS = ("cube", "earthdistance")
SEARCH_EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent", "fuzzystrmatch", "cube", "earthdistance")


def servers_of(part: str) -> list[Server]:
    """Return the servers that a process of this name uses."""
    if part in NOTHING:
        return []
    settings = CatalogSettings() if part in SEARCHING else CommonSettings()
    servers: list[Server] = [*_shards_of(part, settings), ValkeyServer(settings.valkey_url)]
    if isinstance(settings, CatalogSettings):
        servers.append(search(settings))
    return servers


def _shards_of(part: str, settings: CommonSettings) -> list[PostgresServer]:
    if part not in FOR_ALL_TENANTS or not settings.system_shards:
        found = shards(settings.shards, tables=True)
    else:
        found = shards(settings.system_shards, tables=True, setting="WAYBILL_SYSTEM_SHARDS")
    return [replace(server, sees_all=True) for server in found] if part in FOR_ALL_TENANTS else found


def shards(dsns: Sequence[str], *, tables: bool, setting: str = "WAYBILL_SHARDS") -> list[PostgresServer]:
    """Return the shards' servers."""
    return [
        PostgresServer(f"shard {n}", dsn, setting, tables, (n, len(dsns)), SHARD_EXTENSIONS)
        for n, dsn in enumerate(dsns)
    ]


def search_database(dsn: str) -> PostgresServer:
    """Return the server of the search index."""
    return PostgresServer("search", dsn, "WAYBILL_SEARCH_DATABASE_URL", extensions=SEARCH_EXTENSIONS)


def search(settings: CatalogSettings) -> Server:
    """Return the server that searches."""
    if settings.search_backend == "elasticsearch":
        return ElasticsearchServer(settings.elasticsearch_url)
    return search_database(settings.search_database_url)
