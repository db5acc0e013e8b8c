"""A query and its terms → one statement that answers page, total and facets at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.cursor import Cursor
from search.postgres.match import cuisine_filter, filters, here_of, strict_query, wide_query
from search.postgres.parameters import Parameters
from search.query import Query, Sort, Want
from search.terms import Term

FACET_VALUES = 20
# ts_rank's weights of D, C, B, A: description, vendor, cuisines and tags, name.
_WEIGHTS = "'{0.1, 0.2, 0.5, 1.0}'"
# Divides the rank by 1 + log(length): "Pizza" before "Pizza box with everything".
_BY_LENGTH = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters; answers one row: hits, total, cuisines, kinds (JSON texts)."""

    sql: str
    parameters: tuple[object, ...]


def find(
    schema: str, query: Query, terms: Sequence[Term], zones: Mapping[str, int], after: Cursor | None
) -> Statement:
    """Write the statement."""
    parameters = Parameters()
    conditions = filters(query, zones, parameters)
    if terms:
        conditions.append(f"d.words @@ ({wide_query(terms, parameters)})")
    score = _score(terms, parameters)
    found = f"""
      SELECT d.id, d.kind, d.cuisines, {cuisine_filter(query, parameters)} AS shown,
        {score} AS score, {_value(query, score, parameters)} AS value
      FROM {schema}.documents d WHERE {" AND ".join(conditions)}"""
    page = f"""
      SELECT id, score, value FROM found WHERE shown AND {_behind(query, after, parameters)}
      ORDER BY {_order(query)} LIMIT {parameters.add(query.first + 1)}"""
    sql = f"""WITH found AS ({found}), page AS ({page})
      SELECT {_hits(schema, query, parameters)} AS hits, {_total(query)} AS total,
        {_cuisines(query)} AS cuisines, {_kinds(query)} AS kinds"""
    return Statement(sql, tuple(parameters.values))


def _score(terms: Sequence[Term], parameters: Parameters) -> str:
    if not terms:
        return "d.popularity"
    wide = f"ts_rank({_WEIGHTS}, d.words, {wide_query(terms, parameters)}, {_BY_LENGTH})"
    strict = f"ts_rank({_WEIGHTS}, d.words, {strict_query(terms, parameters)}, {_BY_LENGTH})"
    return f"(({wide} + 2 * {strict})::double precision * d.popularity)"


def _value(query: Query, score: str, parameters: Parameters) -> str:
    match query.sort:
        case Sort.RELEVANCE:
            return score
        case Sort.RATING:
            return "coalesce(d.rating, 0)"
        case Sort.PRICE_ASC | Sort.PRICE_DESC:
            return "d.price::double precision"
        case Sort.DISTANCE:
            return f"public.earth_distance({here_of(query, parameters)}, public.ll_to_earth(d.lat, d.lon))"


def _descending(query: Query) -> bool:
    return query.sort in (Sort.RELEVANCE, Sort.RATING, Sort.PRICE_DESC)


def _order(query: Query) -> str:
    return f"value {'DESC' if _descending(query) else 'ASC'}, id"


def _behind(query: Query, after: Cursor | None, parameters: Parameters) -> str:
    if after is None:
        return "true"
    value, id = f"{parameters.add(after.value)}::double precision", parameters.add(after.id)
    sign = "<" if _descending(query) else ">"
    return f"(value {sign} {value} OR (value = {value} AND id > {id}))"


def _hits(schema: str, query: Query, parameters: Parameters) -> str:
    text = "d.name, d.description" if Want.HIGHLIGHTS in query.want else "NULL, NULL"
    tenant = parameters.add(query.tenant)
    columns = f"page.id, d.kind, page.score, page.value, d.lat, d.lon, {text}"
    order = _order(query).replace("id", "page.id")
    return f"""(SELECT json_agg(json_build_array({columns}) ORDER BY {order})
      FROM page JOIN {schema}.documents d ON d.tenant = {tenant} AND d.id = page.id)::text"""


def _total(query: Query) -> str:
    return "(SELECT count(*) FROM found WHERE shown)" if Want.TOTAL in query.want else "NULL"


def _cuisines(query: Query) -> str:
    if Want.FACETS not in query.want:
        return "NULL"
    counted = "SELECT each AS name, count(*) AS n FROM found, unnest(cuisines) AS each GROUP BY each"
    return _counts(counted)


def _kinds(query: Query) -> str:
    if Want.FACETS not in query.want:
        return "NULL"
    return _counts("SELECT kind AS name, count(*) AS n FROM found WHERE shown GROUP BY kind")


def _counts(counted: str) -> str:
    top = f"{counted} ORDER BY n DESC, name LIMIT {FACET_VALUES}"
    return f"(SELECT json_agg(json_build_array(name, n) ORDER BY n DESC, name) FROM ({top}) AS top)::text"
