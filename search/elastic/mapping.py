"""The index's settings and mapping."""

from __future__ import annotations

from typing import Any

from search.synonyms import GROUPS

# Longer beginnings are typed by nobody who does not finish the word.
LONGEST_BEGINNING = 15
# How long a deletion keeps its version against an older write that arrives late.
DELETIONS_KEPT = "1h"
# Grows with what documents have; an index of another form is to be rebuilt.
FORM = 2


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """The index's settings with its analyzers."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "gc_deletes": DELETIONS_KEPT,
        "analysis": {"filter": _filters(), "analyzer": _analyzers()},
    }


def _filters() -> dict[str, Any]:
    return {
        "endings": {"type": "stemmer", "language": "english"},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST_BEGINNING},
        "equals": {"type": "synonym_graph", "synonyms": [", ".join(group) for group in GROUPS]},
    }


def _analyzers() -> dict[str, Any]:
    words = {"type": "custom", "tokenizer": "standard"}
    return {
        "waybill": {**words, "filter": ["lowercase", "asciifolding", "endings"]},
        # Synonyms only in what is asked: a new one needs no rebuilt index.
        "waybill_asked": {**words, "filter": ["lowercase", "asciifolding", "equals", "endings"]},
        "waybill_beginnings": {**words, "filter": ["lowercase", "asciifolding", "beginnings"]},
        "waybill_plain": {**words, "filter": ["lowercase", "asciifolding"]},
    }


def mapping() -> dict[str, Any]:
    """The index's fields; `text` is all that a document is found by."""
    return {"dynamic": "strict", "_meta": {"form": FORM}, "properties": {**_properties(), **later()}}


def later() -> dict[str, Any]:
    """Fields that indexes of an older form lack, so that they take new documents until they are rebuilt."""
    return {"vendor": {"type": "keyword"}, "hidden": {"type": "boolean"}}


def _properties() -> dict[str, Any]:
    found_by = {"copy_to": "text"}
    words = {"type": "text", "analyzer": "waybill"}
    keyword = {"type": "keyword"}
    return {
        "id": keyword,
        "tenant": keyword,
        "kind": keyword,
        "name": {**words, **found_by},
        "description": {**words, **found_by},
        "vendor_name": {**words, **found_by},
        "cuisines": {**keyword, **found_by},
        "tags": {**keyword, **found_by},
        "text": {
            **words,
            "fields": {
                "arabic": {"type": "text", "analyzer": "arabic"},
                "beginnings": {
                    "type": "text",
                    "analyzer": "waybill_beginnings",
                    "search_analyzer": "waybill_plain",
                    "index_options": "docs",
                    "norms": False,
                },
            },
        },
        "region": keyword,
        "location": {"type": "geo_point"},
        "price": {"type": "long"},
        "currency": keyword,
        "rating": {"type": "double"},
        "popularity": {"type": "double"},
        "available": {"type": "boolean"},
        "timezone": keyword,
        "hours": {"type": "integer_range"},
        "suggest": {
            "type": "completion",
            "analyzer": "keyword",
            "contexts": [{"name": "tenant", "type": "category"}],
        },
    }
