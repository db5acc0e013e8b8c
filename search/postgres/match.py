"""A query's terms and filters → conditions on `documents d`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.postgres.parameters import Parameters
from search.query import Query, Sort
from search.terms import Term

_CONFIG = "'public.waybill'"
# A single letter begins too many words to be worth it.
_SHORTEST_BEGINNING = 2


def wide_query(terms: Sequence[Term], parameters: Parameters) -> str:
    """A tsquery: every term, in any of its forms."""
    return " && ".join(f"({_any_form(term, parameters)})" for term in terms)


def strict_query(terms: Sequence[Term], parameters: Parameters) -> str:
    """A tsquery: every term as it was written; ranks what has the very words first."""
    return " && ".join(_phrase(term.phrase, parameters) for term in terms)


def _any_form(term: Term, parameters: Parameters) -> str:
    forms = [_phrase(phrase, parameters) for phrase in (term.phrase, *term.synonyms)]
    if term.unfinished and " " not in term.phrase and len(term.phrase) >= _SHORTEST_BEGINNING:
        # Words are letters and digits only (folding.py), so nothing in them is an operator.
        forms.append(f"to_tsquery({_CONFIG}, {parameters.add(term.phrase + ':*')})")
    return " || ".join(forms)


def _phrase(phrase: str, parameters: Parameters) -> str:
    return f"phraseto_tsquery({_CONFIG}, {parameters.add(phrase)})"


def filters(query: Query, zones: Mapping[str, int], parameters: Parameters) -> list[str]:
    """All filters but the cuisines', which facets leave out. `zones`: the minute of the week by zone."""
    add = parameters.add
    found = [f"d.tenant = {add(query.tenant)}", "NOT d.deleted"]
    if query.kinds:
        found.append(f"d.kind = ANY({add([str(kind) for kind in query.kinds])}::text[])")
    if query.rating_from is not None:
        found.append(f"d.rating >= {add(query.rating_from)}::double precision")
    if query.vendor_id is not None:
        found.append(f"d.vendor_id = {add(query.vendor_id)}")
    if not query.hidden:
        found.append("NOT d.hidden")
    if query.available:
        found.append("d.available")
    if query.open_at is not None:
        found.append(_open(zones, parameters))
    return [*found, *_price(query, parameters), *_place(query, parameters)]


def cuisine_filter(query: Query, parameters: Parameters) -> str:
    """The condition of the cuisines."""
    return f"d.cuisines && {parameters.add(list(query.cuisines))}::text[]" if query.cuisines else "true"


def _price(query: Query, parameters: Parameters) -> list[str]:
    found = []
    if query.price_from is not None:
        found.append(f"d.price >= {parameters.add(query.price_from)}::bigint")
    if query.price_to is not None:
        found.append(f"d.price <= {parameters.add(query.price_to)}::bigint")
    if query.currency is not None:
        found.append(f"d.currency = {parameters.add(query.currency)}")
    if query.sort in (Sort.PRICE_ASC, Sort.PRICE_DESC):
        found.append("d.price IS NOT NULL")
    return found


def _open(zones: Mapping[str, int], parameters: Parameters) -> str:
    names, minutes = parameters.add(list(zones)), parameters.add(list(zones.values()))
    clocks = f"unnest({names}::text[], {minutes}::int[]) AS clock(zone, minute)"
    return f"EXISTS (SELECT 1 FROM {clocks} WHERE clock.zone = d.timezone AND d.hours @> clock.minute)"


def _place(query: Query, parameters: Parameters) -> list[str]:
    if query.within_km is None:
        return ["d.lat IS NOT NULL"] if query.sort is Sort.DISTANCE else []
    here = here_of(query, parameters)
    metres = f"{parameters.add(query.within_km * 1000.0)}::double precision"
    there = "public.ll_to_earth(d.lat, d.lon)"
    # The box is what the index knows; its corners lie farther away than the radius.
    return [
        f"public.earth_box({here}, {metres}) @> {there}",
        f"public.earth_distance({here}, {there}) <= {metres}",
    ]


def here_of(query: Query, parameters: Parameters) -> str:
    """The point to measure from, as an `earth`."""
    if query.near is None:
        return "NULL::public.earth"
    lat, lon = parameters.add(query.near.lat), parameters.add(query.near.lon)
    return f"public.ll_to_earth({lat}::double precision, {lon}::double precision)"
