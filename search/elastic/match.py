"""A query's terms and filters → Elasticsearch queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.query import Query, Sort
from search.terms import Term

Clause = dict[str, Any]
_SHORTEST_BEGINNING = 2


def matching(query: Query, terms: Sequence[Term], zones: Mapping[str, int], *, corrected: bool) -> Clause:
    """All terms and all filters but the cuisines'; scored by words and popularity."""
    bool_query: Clause = {"filter": filters(query, zones)}
    if terms:
        bool_query["must"] = [term_clause(term, corrected=corrected) for term in terms]
        bool_query["should"] = _ranking(terms)
    else:
        bool_query["must"] = [{"match_all": {}}]
    popularity = {"field": "popularity", "missing": 1}
    return {
        "function_score": {
            "query": {"bool": bool_query},
            "field_value_factor": popularity,
            "boost_mode": "multiply",
        }
    }


def term_clause(term: Term, *, corrected: bool) -> Clause:
    """A term in any of its forms."""
    forms = [_match("text", term.phrase, analyzer="waybill_asked")]
    phrases = (term.phrase, *term.synonyms)
    forms += [_match("text.arabic", phrase) for phrase in phrases if not phrase.isascii()]
    if term.unfinished and len(term.phrase) >= _SHORTEST_BEGINNING:
        forms.append(_match("text.beginnings", term.phrase))
    if corrected:
        forms.append(_match("text", term.phrase, fuzziness="AUTO", prefix_length=1, boost=0.5))
    return {"bool": {"should": forms, "minimum_should_match": 1}}


def _match(field: str, text: str, **options: object) -> Clause:
    return {"match": {field: {"query": text, "operator": "and", **options}}}


def _ranking(terms: Sequence[Term]) -> list[Clause]:
    """Adds to the score, never to the hits: the very words in the name come first."""
    text = " ".join(term.phrase for term in terms)
    return [
        {"match": {"name": {"query": text, "boost": 4}}},
        {"match_phrase": {"name": {"query": text, "boost": 4}}},
        {"match": {"vendor_name": {"query": text, "boost": 1}}},
    ]


def filters(query: Query, zones: Mapping[str, int]) -> list[Clause]:
    """All filters but the cuisines', which facets leave out. `zones`: the minute of the week by zone."""
    found: list[Clause] = [{"term": {"tenant": query.tenant}}]
    if query.kinds:
        found.append({"terms": {"kind": [str(kind) for kind in query.kinds]}})
    if query.rating_from is not None:
        found.append({"range": {"rating": {"gte": query.rating_from}}})
    if query.vendor_id is not None:
        found.append({"term": {"vendor": query.vendor_id}})
    if not query.hidden:
        found.append({"bool": {"must_not": {"term": {"hidden": True}}}})
    if query.available:
        found.append({"term": {"available": True}})
    if query.open_at is not None:
        found.append(_open(zones))
    return [*found, *_price(query), *_place(query)]


def cuisine_filter(query: Query) -> Clause | None:
    """The condition of the cuisines."""
    return {"terms": {"cuisines": list(query.cuisines)}} if query.cuisines else None


def _price(query: Query) -> list[Clause]:
    bounds = {"gte": query.price_from, "lte": query.price_to}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    found: list[Clause] = [{"range": {"price": given}}] if given else []
    if query.currency is not None:
        found.append({"term": {"currency": query.currency}})
    if query.sort in (Sort.PRICE_ASC, Sort.PRICE_DESC):
        found.append({"exists": {"field": "price"}})
    return found


def _open(zones: Mapping[str, int]) -> Clause:
    clocks = [
        {"bool": {"filter": [{"term": {"timezone": zone}}, {"term": {"hours": minute}}]}}
        for zone, minute in zones.items()
    ]
    return {"bool": {"should": clocks, "minimum_should_match": 1}}


def _place(query: Query) -> list[Clause]:
    if query.near is None:
        return []
    if query.within_km is None:
        return [{"exists": {"field": "location"}}] if query.sort is Sort.DISTANCE else []
    here = {"lat": query.near.lat, "lon": query.near.lon}
    return [{"geo_distance": {"distance": f"{query.within_km}km", "location": here}}]
