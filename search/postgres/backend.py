"""The Postgres backend: an index is a schema; a rebuilt one takes the other's place under its name."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from secrets import token_hex
from typing import Any

import orjson

from search.backend import Written
from search.batches import batches
from search.cursor import Cursor, decode, encode
from search.distances import kilometres
from search.documents import Deletion, Document, Kind, Point
from search.errors import RebuildOvertaken
from search.hours import minutes_by_zone
from search.postgres import tables
from search.postgres.database import Database, Executor
from search.postgres.find import find
from search.postgres.highlight import highlight
from search.postgres.suggest import suggest
from search.postgres.words import correct
from search.postgres.write import erase, forget, write
from search.query import Facet, FacetValue, Hit, Page, Query, Suggestion, SuggestQuery, Want
from search.terms import Term, terms_of
from search.zones import Zones


class PostgresSearch:
    """`name` is the index's; it becomes part of statements, so only letters and underscores are taken."""

    def __init__(self, database: Database, name: str = "catalog", *, batch: int = 500) -> None:
        if not re.fullmatch(r"[a-z_]{1,40}", name):
            raise ValueError(f"not a name of an index: {name!r}")
        self._database = database
        self._name = name
        self._building = f"{name}_building"
        self._batch = batch
        self._zones = Zones(self._load_zones)

    async def ensure_index(self) -> None:
        """See `SearchBackend`."""
        await tables.ensure(self._database, self._name)

    async def is_outdated(self) -> bool:
        """Never: new columns have what they mean of old rows (`tables.ensure`)."""
        return False

    async def index(self, documents: Sequence[Document]) -> Written:
        """See `SearchBackend`."""
        self._zones.forget(document.timezone for document in documents)
        async with self._database.transaction() as connection:
            # The one being built first and last the one that answers: both in one transaction.
            for schema in await self._targets(connection):
                written = await write(connection, schema, documents)
        return written

    async def delete(self, deletions: Sequence[Deletion]) -> Written:
        """See `SearchBackend`."""
        async with self._database.transaction() as connection:
            for schema in await self._targets(connection):
                written = await erase(connection, schema, deletions)
        return written

    async def forget_deletions(self, before: int) -> int:
        """See `SearchBackend`."""
        total = 0
        while True:
            async with self._database.transaction() as connection:
                await tables.lock(connection, shared=True)
                gone = await forget(connection, self._name, before, self._batch)
            total += gone
            if gone < self._batch:
                return total

    async def search(self, query: Query) -> Page:
        """See `SearchBackend`."""
        query.check()
        started = time.perf_counter()
        after = decode(query)
        page = await self._find(query, started, after, corrected=after is not None and after.corrected)
        if page.hits or after or not query.text:
            return page
        return await self._find(query, started, after, corrected=True)

    async def suggest(self, query: SuggestQuery) -> list[Suggestion]:
        """See `SearchBackend`."""
        return await suggest(self._database, self._name, query)

    async def rebuild(self, documents: AsyncIterable[Document]) -> int:
        """See `SearchBackend`."""
        token = await self._begin()
        total = 0
        async for batch in batches(documents, self._batch):
            async with self._database.transaction() as connection:
                await tables.lock(connection, shared=True)
                await self._check_mine(connection, token)
                total += (await write(connection, self._building, batch)).applied
        await self._swap(token)
        return total

    async def refresh(self) -> None:
        """Nothing to do: what is committed is seen."""

    async def count(self) -> int:
        """See `SearchBackend`."""
        if not await tables.exists(self._database, self._name):
            return 0
        sql = f"SELECT count(*) AS n FROM {self._name}.documents WHERE NOT deleted"
        return int((await self._database.fetch(sql))[0]["n"])

    async def close(self) -> None:
        """See `SearchBackend`."""
        await self._database.close()

    async def _targets(self, connection: Executor) -> list[str]:
        await tables.lock(connection, shared=True)
        building = await tables.exists(connection, self._building)
        return [self._building, self._name] if building else [self._name]

    async def _begin(self) -> str:
        token = token_hex(8)
        async with self._database.transaction() as connection:
            await tables.lock(connection)
            await connection.execute(f"DROP SCHEMA IF EXISTS {self._building} CASCADE")
            await tables.create(connection, self._building)
            await connection.execute(f"COMMENT ON SCHEMA {self._building} IS '{token}'")
        return token

    async def _swap(self, token: str) -> None:
        await self._database.execute(f"ANALYZE {self._building}.documents, {self._building}.suggestions")
        async with self._database.transaction() as connection:
            await tables.lock(connection)
            await self._check_mine(connection, token)
            await connection.execute(f"DROP SCHEMA IF EXISTS {self._name} CASCADE")
            await connection.execute(f"ALTER SCHEMA {self._building} RENAME TO {self._name}")

    async def _check_mine(self, connection: Executor, token: str) -> None:
        sql = "SELECT obj_description(to_regnamespace($1), 'pg_namespace') AS token"
        if (await connection.fetch(sql, self._building))[0]["token"] != token:
            raise RebuildOvertaken(self._name)

    async def _load_zones(self) -> Iterable[str]:
        rows = await self._database.fetch(f"SELECT DISTINCT timezone FROM {self._name}.documents")
        return [row["timezone"] for row in rows]

    async def _find(self, query: Query, started: float, after: Cursor | None, *, corrected: bool) -> Page:
        terms: Sequence[Term] = terms_of(query.text)
        if corrected:
            terms = await correct(self._database, self._name, query.tenant, terms)
        zones = minutes_by_zone(query.open_at, await self._zones.get()) if query.open_at else {}
        statement = find(self._name, query, terms, zones, after)
        row = (await self._database.fetch(statement.sql, *statement.parameters))[0]
        hits = [
            _hit(values, query, terms, corrected=corrected) for values in orjson.loads(row["hits"] or "[]")
        ]
        return Page(
            hits=tuple(hits[: query.first]),
            has_next=len(hits) > query.first,
            took_ms=round((time.perf_counter() - started) * 1000),
            total=row["total"],
            facets=_facets(row) if Want.FACETS in query.want else (),
            corrected=corrected and bool(hits),
        )


def _hit(values: Sequence[Any], query: Query, terms: Sequence[Term], *, corrected: bool) -> Hit:
    id, kind, score, value, lat, lon, name, description = values
    marked = (
        (field, highlight(text, terms))
        for field, text in (("name", name), ("description", description))
        if text
    )
    return Hit(
        id=id,
        kind=Kind(kind),
        score=score,
        cursor=encode(query, Cursor(value, id, corrected)),
        distance_km=kilometres(query.near, Point(lat, lon)) if query.near and lat is not None else None,
        highlights=tuple((field, text) for field, text in marked if text),
    )


def _facets(row: Mapping[str, Any]) -> tuple[Facet, ...]:
    return tuple(
        Facet(field, tuple(FacetValue(value, n) for value, n in orjson.loads(row[column] or "[]")))
        for field, column in (("cuisine", "cuisines"), ("kind", "kinds"))
    )
