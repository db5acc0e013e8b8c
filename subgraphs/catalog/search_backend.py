"""Settings → the search backend they name."""

from __future__ import annotations

from search import SearchBackend
from search.postgres import PostgresSearch
from subgraphs.common.plain_database import PlainDatabase

from .settings import CatalogSettings


def open_search(settings: CatalogSettings) -> SearchBackend:
    """Connections are made at first use; the caller closes the backend."""
    if settings.search_backend == "elasticsearch":
        return _elastic(settings)
    if not settings.search_database_url:
        raise ValueError("WAYBILL_SEARCH_DATABASE_URL is not set: where is the search database?")
    database = PlainDatabase(
        settings.search_database_url,
        pool_size=settings.search_pool_size,
        statement_timeout_ms=round(settings.search_timeout_seconds * 1000),
    )
    return PostgresSearch(database, batch=settings.search_batch)


def _elastic(settings: CatalogSettings) -> SearchBackend:
    # Its client takes 15 MB and 0.3 s to import: not for those who don't use it.
    from search.elastic import ElasticSearch

    return ElasticSearch(
        settings.elasticsearch_url,
        settings.elasticsearch_index,
        shards=settings.elasticsearch_shards,
        replicas=settings.elasticsearch_replicas,
        batch=settings.search_batch,
        timeout_seconds=settings.search_timeout_seconds,
    )
