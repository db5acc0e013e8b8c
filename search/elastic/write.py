"""Documents → operations of a bulk request, versioned from outside; its answer → what came of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from search.backend import Written
from search.documents import Deletion, Document
from search.errors import DocumentRefused, SearchUnavailable
from search.hours import within_week
from search.tails import tails

logger = logging.getLogger(__name__)
# Weights of suggestions are integers.
_WEIGHT_STEPS = 1000
_CONFLICT, _NOT_FOUND = 409, 404
# About the document itself: it does not fit the mapping, or is too large.
_REFUSALS = frozenset({400, 413})


def index_operations(target: str, documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Lines of a bulk request that writes documents to an alias."""
    lines: list[dict[str, Any]] = []
    for document in documents:
        lines += [{"index": _address(target, document.id, document.version)}, source(document)]
    return lines


def delete_operations(target: str, deletions: Iterable[Deletion]) -> list[dict[str, Any]]:
    """Lines of a bulk request that deletes documents."""
    return [{"delete": _address(target, each.id, each.version)} for each in deletions]


def _address(target: str, id: str, version: int) -> dict[str, Any]:
    # `require_alias`: were the index just swapped away, a plain name would create a new one.
    return {
        "_index": target,
        "_id": id,
        "version": version,
        "version_type": "external",
        "require_alias": True,
    }


def source(document: Document) -> dict[str, Any]:
    """A document as it is stored."""
    place = document.location
    return {
        "id": document.id,
        "tenant": document.tenant,
        "kind": document.kind,
        "name": document.name,
        "description": document.description,
        "vendor_name": document.vendor_name,
        "cuisines": document.cuisines,
        "tags": document.tags,
        "vendor": document.vendor_id,
        "region": document.region,
        "location": {"lat": place.lat, "lon": place.lon} if place else None,
        "price": document.price,
        "currency": document.currency,
        "rating": document.rating,
        "popularity": document.popularity,
        "available": document.available,
        "hidden": document.hidden,
        "timezone": document.timezone,
        "hours": [{"gte": start, "lt": end} for start, end in within_week(document.hours)],
        "suggest": _suggest(document),
    }


def _suggest(document: Document) -> dict[str, Any] | None:
    inputs = tails(document.name)
    if not inputs or document.hidden:
        return None
    weight = round(document.popularity * _WEIGHT_STEPS)
    return {"input": inputs, "weight": weight, "contexts": {"tenant": [document.tenant]}}


def outcome(answer: Mapping[str, Any], *, may_be_gone: bool = False, pass_over: bool = False) -> Written:
    """Count what a bulk request did.

    A line that failed for more than its version raises: `SearchUnavailable` if it may do later, else
    `DocumentRefused`, unless those are to be passed over. `may_be_gone`: the alias may have been taken away
    meanwhile, then nothing is to be done there.
    """
    applied = stale = 0
    for item in answer["items"]:
        ((_, result),) = item.items()
        if result["status"] == _CONFLICT:
            stale += 1
        elif "error" not in result:
            applied += 1
        elif not (may_be_gone and result["status"] == _NOT_FOUND):
            _refused(result, pass_over=pass_over)
    return Written(applied, stale)


def _refused(result: Mapping[str, Any], *, pass_over: bool) -> None:
    # The reason quotes the document.
    kind = f"{result['status']} {result['error'].get('type')}"
    if result["status"] not in _REFUSALS:
        raise SearchUnavailable(f"a document was not written: {kind}")
    if not pass_over:
        raise DocumentRefused(f"document {result.get('_id')}: {kind}")
    logger.error("document passed over", extra={"document": result.get("_id"), "kind": kind})
