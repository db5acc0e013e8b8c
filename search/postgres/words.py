"""Misspelt words → words that documents really have, by trigrams and then by edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from search.postgres.database import Executor
from search.terms import Term
from search.typos import distance, edits_allowed, is_typo_of

# The nearest by trigrams are read, those within the allowed edits are kept.
_CANDIDATES = 30
_KEPT = 5

_NEAREST = """
SELECT asked.word AS typo, near.word
FROM unnest($2::text[]) AS asked(word)
CROSS JOIN LATERAL (
  SELECT w.word FROM {schema}.words w WHERE w.tenant = $1 ORDER BY w.word <-> asked.word LIMIT $3
) AS near
"""

_BEGINNING = """
SELECT w.word FROM {schema}.words w
WHERE w.tenant = $1 AND w.word LIKE $2
  AND levenshtein_less_equal(left(w.word, length($3)), $3, $4) <= $4
ORDER BY w.word
"""


async def correct(connection: Executor, schema: str, tenant: str, terms: Sequence[Term]) -> list[Term]:
    """Give each term the words it may be a slip of, as further synonyms."""
    asked = sorted({word for term in terms for word in term.phrase.split() if edits_allowed(word)})
    rows = await connection.fetch(_NEAREST.format(schema=schema), tenant, asked, _CANDIDATES)
    meant: dict[str, list[str]] = {}
    for row in rows:
        if is_typo_of(row["typo"], row["word"]):
            meant.setdefault(row["typo"], []).append(row["word"])
    return [replace(term, synonyms=term.synonyms + tuple(_variants(term, meant))) for term in terms]


def _variants(term: Term, meant: dict[str, list[str]]) -> list[str]:
    """Replace one word at a time: in a phrase of two, both being wrong is rare."""
    words = term.phrase.split()
    return [
        " ".join([*words[:at], right, *words[at + 1 :]])
        for at, word in enumerate(words)
        for right in meant.get(word, [])[:_KEPT]
    ]


async def correct_beginning(connection: Executor, schema: str, tenant: str, prefix: str) -> list[str]:
    """Beginnings of real words that the beginning of a word may be a slip of: "shwa" → "shaw"."""
    edits = edits_allowed(prefix)
    if not edits:
        return []
    # Postgres counts a swap of two letters as two edits.
    rows = await connection.fetch(
        _BEGINNING.format(schema=schema), tenant, prefix[0] + "%", prefix, edits + 1
    )
    beginnings = dict.fromkeys(row["word"][: len(prefix)] for row in rows)
    return sorted((each for each in beginnings if is_typo_of(prefix, each)), key=partial(distance, prefix))[
        :_KEPT
    ]
