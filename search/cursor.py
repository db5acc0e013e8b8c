"""A place in the order of a query's hits ⇄ an opaque text, bound to that query."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc32
from dataclasses import dataclass

import orjson

from search.errors import BadQuery
from search.query import Query


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which hit to go on: its sort value and id, and whether typos were forgiven to find it."""

    value: float
    id: str
    corrected: bool


def encode(query: Query, cursor: Cursor) -> str:
    """Wrap a place."""
    parts = [_fingerprint(query), cursor.value, cursor.id, cursor.corrected]
    return urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def decode(query: Query) -> Cursor | None:
    """Unwrap the query's `after`; raise `BadQuery` if it is not from a page of this query."""
    if query.after is None:
        return None
    try:
        text = query.after
        mark, value, id, corrected = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(float(value), str(id), bool(corrected))
    except (ValueError, TypeError) as error:
        raise BadQuery("`after` is not a cursor of a search.", "after") from error
    if mark != _fingerprint(query):
        raise BadQuery("`after` belongs to another search.", "after")
    return cursor


def _fingerprint(query: Query) -> int:
    # Not `open_at`: the second page is asked for a moment later.
    parts = (query.tenant, query.text, query.kinds, query.cuisines, query.price_from, query.price_to)
    more = (query.rating_from, query.available, query.near, query.within_km, query.sort, query.currency)
    whose = (query.vendor_id, query.hidden)
    return crc32(repr((parts, more, whose)).encode())
