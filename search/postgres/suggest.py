"""A prefix → names that one of their words begins with it, the most frequent and popular first."""

from __future__ import annotations

from collections.abc import Sequence

from search.documents import Kind
from search.folding import words_of
from search.postgres.database import Executor
from search.postgres.words import correct_beginning
from search.query import Suggestion, SuggestQuery

# A short prefix has thousands of names; more than this many are not weighed against each other.
_WEIGHED = 2_000

_NAMES = """
SELECT name, kind, min(id) AS id FROM (
  SELECT name, kind, id, popularity FROM {schema}.suggestions
  WHERE tenant = $1 AND input LIKE ANY($2::text[]) LIMIT $3
) AS found
GROUP BY name, kind ORDER BY sum(popularity) DESC, name, kind LIMIT $4
"""


async def suggest(connection: Executor, schema: str, query: SuggestQuery) -> list[Suggestion]:
    """Complete a prefix; when nothing goes on from it, forgive a typo in its last word."""
    words = words_of(query.prefix)
    if not words:
        return []
    found = await _names(connection, schema, query, [" ".join(words)])
    if found:
        return found
    *before, last = words
    ends = await correct_beginning(connection, schema, query.tenant, last)
    return await _names(connection, schema, query, [" ".join([*before, end]) for end in ends]) if ends else []


async def _names(
    connection: Executor, schema: str, query: SuggestQuery, prefixes: Sequence[str]
) -> list[Suggestion]:
    # Folded words are letters and digits: no wildcard of LIKE is among them.
    patterns = [prefix + "%" for prefix in prefixes]
    sql = _NAMES.format(schema=schema)
    rows = await connection.fetch(sql, query.tenant, patterns, _WEIGHED, query.limit)
    return [Suggestion(row["name"], Kind(row["kind"]), row["id"]) for row in rows]
