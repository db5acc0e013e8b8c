"""Catalog search: documents and queries in, pages of ids out; two backends behind one interface.

`Document`s come from the catalog's indexer (nothing here reads the catalog's tables). `backend.py` says
what a backend does; `postgres/` needs nothing but a database, `elastic/` is Elasticsearch 8.19.
"""

from search.backend import SearchBackend, Written
from search.documents import Deletion, Document, Kind, Point
from search.errors import BadQuery, RebuildOvertaken, SearchUnavailable
from search.query import (
    FARTHEST_KM,
    Facet,
    FacetValue,
    Hit,
    Page,
    Query,
    Sort,
    Suggestion,
    SuggestQuery,
    Want,
)

__all__ = [
    "FARTHEST_KM",
    "BadQuery",
    "Deletion",
    "Document",
    "Facet",
    "FacetValue",
    "Hit",
    "Kind",
    "Page",
    "Point",
    "Query",
    "RebuildOvertaken",
    "SearchBackend",
    "SearchUnavailable",
    "Sort",
    "SuggestQuery",
    "Suggestion",
    "Want",
    "Written",
]
