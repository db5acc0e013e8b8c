"""The Elasticsearch backend: an alias over one versioned index; a rebuilt one takes its place atomically."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError, TransportError

from search.backend import Written
from search.batches import batches
from search.cursor import Cursor, decode
from search.documents import Deletion, Document
from search.elastic.find import body, facets_of, hit_of
from search.elastic.mapping import FORM, later, mapping, settings
from search.elastic.suggest import completion, suggestions_of
from search.elastic.write import delete_operations, index_operations, outcome
from search.errors import RebuildOvertaken, SearchUnavailable
from search.hours import minutes_by_zone
from search.query import Page, Query, Suggestion, SuggestQuery, Want
from search.terms import terms_of
from search.zones import Zones

# More time zones than there are.
_ZONES = 1000


class ElasticSearch:
    """`name` is the alias that everything is read and written by."""

    def __init__(
        self,
        url: str,
        name: str = "waybill-catalog",
        *,
        shards: int = 1,
        replicas: int = 0,
        batch: int = 500,
        timeout_seconds: float = 10.0,
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,60}", name):
            raise ValueError(f"not a name of an index: {name!r}")
        self._client = AsyncElasticsearch(url, request_timeout=timeout_seconds, retry_on_timeout=True)
        self._name = name
        self._building = f"{name}-building"
        self._shards, self._replicas, self._batch = shards, replicas, batch
        self._zones = Zones(self._load_zones)

    async def ensure_index(self) -> None:
        """See `SearchBackend`."""
        async with _answering():
            if await self._client.indices.exists_alias(name=self._name):
                await self._client.indices.put_mapping(index=self._name, properties=later())
                return
            try:
                # Whoever comes at the same time wants the same name, so only one index is made.
                await self._create(f"{self._name}-000001", self._name)
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise

    async def is_outdated(self) -> bool:
        """See `SearchBackend`."""
        async with _answering():
            answer = (await self._client.indices.get_mapping(index=self._name)).body
        return any(each["mappings"].get("_meta", {}).get("form") != FORM for each in answer.values())

    async def index(self, documents: Sequence[Document]) -> Written:
        """See `SearchBackend`."""
        self._zones.forget(document.timezone for document in documents)
        # The one being built first: were it swapped in between, the second write would meet it.
        if await self._is_building():
            await self._bulk(index_operations(self._building, documents), may_be_gone=True)
        return await self._bulk(index_operations(self._name, documents))

    async def delete(self, deletions: Sequence[Deletion]) -> Written:
        """See `SearchBackend`."""
        if await self._is_building():
            await self._bulk(delete_operations(self._building, deletions), may_be_gone=True)
        return await self._bulk(delete_operations(self._name, deletions))

    async def forget_deletions(self, before: int) -> int:
        """Nothing to do: Elasticsearch forgets them by itself (`index.gc_deletes`)."""
        return 0

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
        for corrected in (False, True):
            asked = completion(query, corrected=corrected)
            if not asked["names"]["prefix"]:
                return []
            async with _answering():
                answer = await self._client.search(
                    index=self._name, suggest=asked, source_includes=["name", "kind"], size=0
                )
            if found := suggestions_of(answer.body):
                return found
        return []

    async def rebuild(self, documents: AsyncIterable[Document]) -> int:
        """See `SearchBackend`."""
        async with _answering():
            index = await self._begin()
            try:
                total = await self._fill(index, documents)
                await self._swap(index)
            except (NotFoundError, SearchUnavailable):
                await self._check_mine(index)  # whoever began later has deleted it
                raise
        return total

    async def _fill(self, index: str, documents: AsyncIterable[Document]) -> int:
        total = 0
        async for batch in batches(documents, self._batch):
            await self._check_mine(index)
            # One that is refused must not keep all others from search.
            total += (await self._bulk(index_operations(self._building, batch), pass_over=True)).applied
        return total

    async def refresh(self) -> None:
        """See `SearchBackend`."""
        async with _answering():
            await self._client.indices.refresh(index=self._name)

    async def count(self) -> int:
        """See `SearchBackend`."""
        async with _answering():
            try:
                return int((await self._client.count(index=self._name))["count"])
            except NotFoundError:
                return 0

    async def close(self) -> None:
        """See `SearchBackend`."""
        await self._client.close()

    async def _create(self, index: str, alias: str, **more: Any) -> None:
        await self._client.indices.create(
            index=index,
            settings=settings(self._shards, self._replicas) | more,
            mappings=mapping(),
            aliases={alias: {"is_write_index": True}},  # so that no other index can have the alias
        )

    async def _is_building(self) -> bool:
        async with _answering():
            return bool(await self._client.indices.exists_alias(name=self._building))

    async def _bulk(
        self, operations: list[dict[str, Any]], *, may_be_gone: bool = False, pass_over: bool = False
    ) -> Written:
        if not operations:
            return Written(0, 0)
        async with _answering():
            answer = await self._client.bulk(operations=operations)
        return outcome(answer.body, may_be_gone=may_be_gone, pass_over=pass_over)

    async def _begin(self) -> str:
        """Make a new index; one that an earlier rebuild left behind goes."""
        for leftover in await self._behind(self._building):
            await self._client.indices.delete(index=leftover, ignore_unavailable=True)
        index = f"{self._name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{token_hex(3)}"
        try:
            await self._create(index, self._building, refresh_interval="-1")
        except ApiError as error:
            if await self._behind(self._building):  # of those that begin at once, one is first
                raise RebuildOvertaken(self._name) from error
            raise
        return index

    async def _swap(self, index: str) -> None:
        await self._check_mine(index)
        await self._client.indices.put_settings(index=index, settings={"refresh_interval": None})
        await self._client.indices.refresh(index=index)
        old = [{"remove_index": {"index": each}} for each in await self._behind(self._name)]
        new = [
            {"add": {"index": index, "alias": self._name}},
            {"remove": {"index": index, "alias": self._building}},
        ]
        await self._client.indices.update_aliases(actions=[*old, *new])

    async def _check_mine(self, index: str) -> None:
        if index not in await self._behind(self._building):
            raise RebuildOvertaken(self._name)

    async def _behind(self, alias: str) -> list[str]:
        try:
            return list((await self._client.indices.get_alias(name=alias)).body)
        except NotFoundError:
            return []

    async def _load_zones(self) -> Iterable[str]:
        terms = {"zones": {"terms": {"field": "timezone", "size": _ZONES}}}
        async with _answering():
            answer = await self._client.search(index=self._name, size=0, aggs=terms)
        return [bucket["key"] for bucket in answer["aggregations"]["zones"]["buckets"]]

    async def _find(self, query: Query, started: float, after: Cursor | None, *, corrected: bool) -> Page:
        zones = minutes_by_zone(query.open_at, await self._zones.get()) if query.open_at else {}
        request = body(query, terms_of(query.text), zones, after, corrected=corrected)
        async with _answering():
            answer = (await self._client.search(index=self._name, **request)).body
        hits = [hit_of(found, query, corrected=corrected) for found in answer["hits"]["hits"]]
        return Page(
            hits=tuple(hits[: query.first]),
            has_next=len(hits) > query.first,
            took_ms=round((time.perf_counter() - started) * 1000),
            total=answer["hits"]["total"]["value"] if Want.TOTAL in query.want else None,
            facets=facets_of(answer) if Want.FACETS in query.want else (),
            corrected=corrected and bool(hits),
        )


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Turn the client's errors into the one that callers know; a bad request is our fault and raises."""
    try:
        yield
    except BadRequestError:
        raise
    except (ApiError, TransportError) as error:
        # Its text may quote a document or a query.
        status = error.status_code if isinstance(error, ApiError) else type(error).__name__
        raise SearchUnavailable(str(status)) from error
