"""A query and its terms → the body of one search request; its answer → a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.cursor import Cursor, encode
from search.distances import kilometres
from search.documents import Kind, Point
from search.elastic.match import Clause, cuisine_filter, matching, term_clause
from search.query import Facet, FacetValue, Hit, Query, Sort, Want
from search.terms import Term

FACET_VALUES = 20
FRAGMENT = 160


def body(
    query: Query,
    terms: Sequence[Term],
    zones: Mapping[str, int],
    after: Cursor | None,
    *,
    corrected: bool,
) -> dict[str, Any]:
    """Write the request."""
    request: dict[str, Any] = {
        "query": matching(query, terms, zones, corrected=corrected),
        "sort": _sort(query),
        "size": query.first + 1,
        "track_scores": True,
        "track_total_hits": Want.TOTAL in query.want,
        "source_includes": ["kind", "location"],
    }
    if cuisine := cuisine_filter(query):
        request["post_filter"] = cuisine
    if after:
        request["search_after"] = [after.value, after.id]
    if Want.FACETS in query.want:
        request["aggs"] = _facets(query)
    if Want.HIGHLIGHTS in query.want and terms:
        request["highlight"] = _highlight(terms, corrected=corrected)
    return request


def _sort(query: Query) -> list[Clause]:
    return [_order(query), {"id": "asc"}]


def _order(query: Query) -> Clause:
    match query.sort:
        case Sort.RELEVANCE:
            return {"_score": "desc"}
        case Sort.RATING:
            return {"rating": {"order": "desc", "missing": 0}}
        case Sort.PRICE_ASC:
            return {"price": "asc"}
        case Sort.PRICE_DESC:
            return {"price": "desc"}
        case Sort.DISTANCE:
            assert query.near is not None, "checked by Query.check"
            here = {"lat": query.near.lat, "lon": query.near.lon}
            return {"_geo_distance": {"location": here, "order": "asc", "unit": "m"}}


def _facets(query: Query) -> Clause:
    # Aggregations don't see the post filter: kinds are counted within the cuisines, cuisines are not.
    shown = cuisine_filter(query) or {"match_all": {}}
    return {
        "cuisine": {"terms": {"field": "cuisines", "size": FACET_VALUES, "order": _FREQUENT}},
        "kind": {"filter": shown, "aggs": {"shown": {"terms": {"field": "kind", "order": _FREQUENT}}}},
    }


_FREQUENT = [{"_count": "desc"}, {"_key": "asc"}]


def _highlight(terms: Sequence[Term], *, corrected: bool) -> Clause:
    clauses = [term_clause(term, corrected=corrected) for term in terms]
    last = terms[-1].phrase
    clauses += [{"match_bool_prefix": {field: {"query": last}}} for field in ("name", "description")]
    return {
        "encoder": "html",
        "pre_tags": ["<mark>"],
        "post_tags": ["</mark>"],
        "require_field_match": False,
        "highlight_query": {"bool": {"should": clauses}},
        "fields": {
            "name": {"number_of_fragments": 0},
            "description": {"number_of_fragments": 1, "fragment_size": FRAGMENT},
        },
    }


def hit_of(found: Mapping[str, Any], query: Query, *, corrected: bool) -> Hit:
    """Read one hit."""
    value = found["sort"][0]
    place = found["_source"].get("location")
    distance = kilometres(query.near, Point(place["lat"], place["lon"])) if query.near and place else None
    marked = found.get("highlight", {})
    return Hit(
        id=found["_id"],
        kind=Kind(found["_source"]["kind"]),
        score=found["_score"],
        cursor=encode(query, Cursor(value, found["_id"], corrected)),
        distance_km=distance,
        highlights=tuple((name, marked[name][0]) for name in ("name", "description") if name in marked),
    )


def facets_of(answer: Mapping[str, Any]) -> tuple[Facet, ...]:
    """Read the facets."""
    found = answer["aggregations"]
    return (_facet("cuisine", found["cuisine"]), _facet("kind", found["kind"]["shown"]))


def _facet(field: str, terms: Mapping[str, Any]) -> Facet:
    return Facet(field, tuple(FacetValue(each["key"], each["doc_count"]) for each in terms["buckets"]))
