"""Search in Elasticsearch 8.19: an alias over versioned indexes; no scripts, no update by query."""

from search.elastic.backend import ElasticSearch

__all__ = ["ElasticSearch"]
