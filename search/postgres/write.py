"""Documents → rows, in a fixed number of statements a batch; an older version never replaces a newer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import orjson

from search.backend import Written
from search.documents import Deletion, Document
from search.folding import words_of
from search.hours import within_week
from search.postgres.database import Executor
from search.tails import tails

_COLUMNS = """tenant text, id text, kind text, version bigint, name text, description text, cuisines text[],
  tags text[], vendor_id text, vendor_name text, region text, lat double precision, lon double precision,
  price bigint, currency text, rating double precision, popularity double precision, available boolean,
  hidden boolean, timezone text, hours text, a text, b text, c text, d text"""

_INSERT = """
INSERT INTO {schema}.documents AS old (tenant, id, kind, version, deleted, name, description, cuisines, tags,
  vendor_id, vendor_name, region, lat, lon, price, currency, rating, popularity, available, hidden, timezone,
  hours, words)
SELECT tenant, id, kind, version, false, name, description, cuisines, tags, vendor_id, vendor_name, region,
  lat, lon, price, currency, rating, popularity, available, hidden, timezone, hours::int4multirange,
  setweight(to_tsvector('public.waybill', a), 'A') || setweight(to_tsvector('public.waybill', b), 'B')
  || setweight(to_tsvector('public.waybill', c), 'C') || setweight(to_tsvector('public.waybill', d), 'D')
FROM jsonb_to_recordset($1::text::jsonb) AS new({columns})
ON CONFLICT (tenant, id) DO UPDATE SET
  kind = excluded.kind, version = excluded.version, deleted = false, name = excluded.name,
  description = excluded.description, cuisines = excluded.cuisines, tags = excluded.tags,
  vendor_id = excluded.vendor_id, vendor_name = excluded.vendor_name, region = excluded.region,
  lat = excluded.lat, lon = excluded.lon, price = excluded.price, currency = excluded.currency,
  rating = excluded.rating, popularity = excluded.popularity, available = excluded.available,
  hidden = excluded.hidden,
  timezone = excluded.timezone, hours = excluded.hours, words = excluded.words
WHERE old.version < excluded.version
RETURNING id
"""

# A deletion stays as a row without content: it keeps its version against what arrives late.
_DELETE = """
INSERT INTO {schema}.documents AS old (tenant, id, kind, version, deleted)
SELECT tenant, id, '', version, true
FROM jsonb_to_recordset($1::text::jsonb) AS gone(tenant text, id text, version bigint)
ON CONFLICT (tenant, id) DO UPDATE SET
  version = excluded.version, deleted = true, words = '', cuisines = '{{}}', lat = NULL, lon = NULL
WHERE old.version < excluded.version
RETURNING id
"""

_FORGET = """
DELETE FROM {schema}.documents WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM {schema}.documents WHERE deleted AND version < $1 LIMIT $2
))
RETURNING id
"""

_CLEAR = (
    "DELETE FROM {schema}.suggestions WHERE (tenant, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))"
)

_SUGGEST = """
INSERT INTO {schema}.suggestions (tenant, id, input, name, kind, popularity)
SELECT * FROM jsonb_to_recordset($1::text::jsonb)
  AS new(tenant text, id text, input text, name text, kind text, popularity double precision)
"""

_WORDS = """
INSERT INTO {schema}.words (tenant, word) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING
"""

_Versioned = TypeVar("_Versioned", Document, Deletion)


async def write(connection: Executor, schema: str, documents: Sequence[Document]) -> Written:
    """Write a batch of documents."""
    batch = _newest(documents)
    rows = [_row(document) for document in batch]
    sql = _INSERT.format(schema=schema, columns=_COLUMNS)
    done = {row["id"] for row in await connection.fetch(sql, _json(rows))}
    written = [document for document in batch if document.id in done]
    if written:
        await _clear(connection, schema, written)
        await connection.execute(_SUGGEST.format(schema=schema), _json(_suggestions(written)))
        await _add_words(connection, schema, written)
    return Written(applied=len(written), stale=len(documents) - len(written))


async def erase(connection: Executor, schema: str, deletions: Sequence[Deletion]) -> Written:
    """Delete a batch of documents."""
    batch = _newest(deletions)
    rows = [{"tenant": each.tenant, "id": each.id, "version": each.version} for each in batch]
    done = {row["id"] for row in await connection.fetch(_DELETE.format(schema=schema), _json(rows))}
    gone = [deletion for deletion in batch if deletion.id in done]
    await _clear(connection, schema, gone)
    return Written(applied=len(gone), stale=len(deletions) - len(gone))


async def forget(connection: Executor, schema: str, before: int, most: int) -> int:
    """Forget up to so many deletions older than a version; returns how many."""
    return len(await connection.fetch(_FORGET.format(schema=schema), before, most))


def _newest(changes: Sequence[_Versioned]) -> list[_Versioned]:
    """Keep one change a document, in the order of ids: so two writers never wait for each other in a ring."""
    last: dict[tuple[str, str], _Versioned] = {}
    for change in changes:
        key = (change.tenant, change.id)
        if key not in last or last[key].version < change.version:
            last[key] = change
    return [last[key] for key in sorted(last)]


def _row(document: Document) -> dict[str, Any]:
    return {
        "tenant": document.tenant,
        "id": document.id,
        "kind": document.kind,
        "version": document.version,
        "name": document.name,
        "description": document.description,
        "cuisines": document.cuisines,
        "tags": document.tags,
        "vendor_id": document.vendor_id,
        "vendor_name": document.vendor_name,
        "region": document.region,
        "lat": document.location.lat if document.location else None,
        "lon": document.location.lon if document.location else None,
        "price": document.price,
        "currency": document.currency,
        "rating": document.rating,
        "popularity": document.popularity,
        "available": document.available,
        "hidden": document.hidden,
        "timezone": document.timezone,
        "hours": "{" + ",".join(f"[{start},{end})" for start, end in within_week(document.hours)) + "}",
        **_texts(document),
    }


def _texts(document: Document) -> dict[str, str]:
    """Text by weight, from A (a name is worth most) to D."""
    texts = {
        "a": document.name,
        "b": " ".join((*document.cuisines, *document.tags)),
        "c": document.vendor_name,
        "d": document.description,
    }
    return {weight: " ".join(words_of(text)) for weight, text in texts.items()}


def _suggestions(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """A name can be completed from each of its words: "chicken shawarma", "shawarma"."""
    return [
        {
            "tenant": document.tenant,
            "id": document.id,
            "input": tail,
            "name": document.name,
            "kind": document.kind,
            "popularity": document.popularity,
        }
        for document in documents
        if not document.hidden
        for tail in tails(document.name)
    ]


async def _clear(connection: Executor, schema: str, changed: Sequence[_Versioned]) -> None:
    tenants, ids = [each.tenant for each in changed], [each.id for each in changed]
    await connection.execute(_CLEAR.format(schema=schema), tenants, ids)


async def _add_words(connection: Executor, schema: str, documents: Iterable[Document]) -> None:
    words = {
        (document.tenant, word)
        for document in documents
        for text in _texts(document).values()
        for word in text.split()
        if not word.isdigit()
    }
    ordered = sorted(words)
    sql = _WORDS.format(schema=schema)
    await connection.execute(sql, [tenant for tenant, _ in ordered], [word for _, word in ordered])


def _json(rows: object) -> str:
    return orjson.dumps(rows).decode()
