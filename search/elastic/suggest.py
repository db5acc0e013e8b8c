"""A prefix → a completion request; its answer → suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.documents import Kind
from search.folding import words_of
from search.query import Suggestion, SuggestQuery


def completion(query: SuggestQuery, *, corrected: bool) -> dict[str, Any]:
    """Ask for names that go on from the prefix."""
    options: dict[str, Any] = {
        "field": "suggest",
        "size": query.limit,
        "skip_duplicates": True,
        "contexts": {"tenant": [query.tenant]},
    }
    if corrected:
        options["fuzzy"] = {"fuzziness": "AUTO", "prefix_length": 1, "min_length": 3}
    return {"names": {"prefix": " ".join(words_of(query.prefix)), "completion": options}}


def suggestions_of(answer: Mapping[str, Any]) -> list[Suggestion]:
    """Read the names, each once."""
    options = answer["suggest"]["names"][0]["options"]
    found: dict[tuple[str, str], Suggestion] = {}
    for option in options:
        name, kind = option["_source"]["name"], option["_source"]["kind"]
        found.setdefault((name, kind), Suggestion(name, Kind(kind), option["_id"]))
    return list(found.values())
