"""The search indexer: events of the catalog in, documents out, built from what the shards say now.

An event only says what to look at. Handling it twice, late or out of order does no harm: documents carry the
versions of their rows. Killed in the middle of a batch, the batch comes again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Container, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from search import Deletion, Document, RebuildOvertaken, SearchBackend
from subgraphs.common import metrics
from subgraphs.common.background import every, keep_running, note_failure, pause
from subgraphs.common.database import Shards
from subgraphs.common.events import Consumer, Event
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .documents import product_document, vendor_document
from .loaders import ProductById, ProductsByVendorId, VendorById
from .models import ProductRow, VendorRow
from .product_events import products_of
from .search_backend import open_search
from .settings import CatalogSettings

logger = logging.getLogger(__name__)
GROUP = "search-indexer"
FORGET_SECONDS = 3_600.0
WATCH_SECONDS = 60.0


async def run() -> None:
    """Index until SIGTERM or SIGINT."""
    settings = CatalogSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop, search = stop_event(), open_search(settings)
    try:
        async with connect(settings) as connections, asyncio.TaskGroup() as group:
            indexer = Indexer(connections.shards, search, settings)
            consumer = Consumer(connections.valkey, ["catalog"], GROUP, indexer.handle, settings=settings)

            async def index() -> None:
                await indexer.prepare()
                await consumer.run(stop)

            async def watch() -> None:
                await pause(stop, WATCH_SECONDS)
                await every(WATCH_SECONDS, indexer.prepare, stop)

            group.create_task(keep_running("indexing", index, stop))
            # An index that is lost while we run comes back by itself.
            group.create_task(keep_running("watching of the search index", watch, stop))
            forgetting = partial(every, FORGET_SECONDS, indexer.forget, stop)
            group.create_task(keep_running("forgetting of deletions", forgetting, stop))
    finally:
        await search.close()


async def rebuild(settings: CatalogSettings | None = None) -> int:
    """Build the whole index anew from the shards; returns how many documents it has."""
    settings = settings or CatalogSettings()
    search = open_search(settings)
    try:
        async with connect(settings) as connections:
            return await Indexer(connections.shards, search, settings).rebuild()
    finally:
        await search.close()


class Indexer:
    """Keeps one search index like the shards."""

    def __init__(self, shards: Shards, search: SearchBackend, settings: CatalogSettings) -> None:
        self._shards, self._search, self._settings = shards, search, settings

    async def prepare(self) -> None:
        """Make the index; fill it from the shards if it is empty, as after the loss of its server, or old."""
        await self._search.ensure_index()
        if await self._search.count() == 0 or await self._search.is_outdated():
            try:
                logger.info("search index filled", extra={"documents": await self.rebuild()})
            except RebuildOvertaken:
                logger.info("another process fills the search index")

    async def forget(self) -> None:
        """Let the index forget what was deleted so long ago that no event of it can come any more."""
        age = timedelta(days=self._settings.search_deletion_days)
        gone = await self._search.forget_deletions(_version_at(datetime.now(UTC) - age))
        metrics.removed.labels("search").inc(gone)

    async def handle(self, events: Sequence[Event]) -> None:
        """Index what the events tell of."""
        products = products_of(events)
        vendors = {event.key: event.tenant for event in events if event.topic.startswith("vendor.")}
        # A rating is the vendor's own: its products repeat nothing of it.
        only_rated = vendors.keys() - {event.key for event in events if event.topic != "vendor.rated"}
        documents = await self._products(products) + await self._vendors(vendors, only_rated)
        found = {document.id for document in documents}
        gone = [item for item in (products | vendors).items() if str(item[0]) not in found]
        for start in range(0, len(documents), self._settings.search_batch):
            await self._search.index(documents[start : start + self._settings.search_batch])
        now = _version_at(datetime.now(UTC))
        await self._search.delete([Deletion(str(id), tenant, now) for id, tenant in gone])

    async def rebuild(self) -> int:
        """Build the index anew while the old one answers."""
        return await self._search.rebuild(self.documents())

    async def documents(self) -> AsyncIterator[Document]:
        """All documents of all shards; in memory are those of some vendors at a time."""
        for shard in self._shards.all:
            after = UUID(int=0)
            while vendors := await self._page(shard, after):
                menus = await ProductsByVendorId(self._shards).load_many([vendor.id for vendor in vendors])
                for vendor, menu in zip(vendors, menus, strict=True):
                    for document in _documents_of(vendor, menu):
                        yield document
                after = vendors[-1].id

    async def _page(self, shard: int, after: UUID) -> Sequence[VendorRow]:
        page = select(VendorRow.__table__).where(VendorRow.id > after).order_by(VendorRow.id)
        limited = page.limit(self._settings.rebuild_vendors)
        return await self._shards.fetch_as(VendorRow, shard, limited, "rebuild")

    async def _products(self, ids: Iterable[UUID]) -> list[Document]:
        found = await ProductById(self._shards).load_many(list(ids))
        rows = [row for row in found if row and row.deleted_at is None]
        vendors = await VendorById(self._shards).load_many([row.vendor_id for row in rows])
        pairs = zip(rows, vendors, strict=True)
        return [product_document(product, vendor) for product, vendor in pairs if vendor]

    async def _vendors(self, ids: Iterable[UUID], alone: Container[UUID]) -> list[Document]:
        """Vendors and, as they repeat their vendor's name and place, all products of those not `alone`."""
        vendors = [row for row in await VendorById(self._shards).load_many(list(ids)) if row]
        with_menus = [row for row in vendors if row.id not in alone]
        menus = await ProductsByVendorId(self._shards).load_many([row.id for row in with_menus])
        pairs = zip(with_menus, menus, strict=True)
        products = [product_document(product, vendor) for vendor, menu in pairs for product in menu]
        return [*map(vendor_document, vendors), *products]


def _documents_of(vendor: VendorRow, menu: Sequence[ProductRow]) -> list[Document]:
    """A vendor's and its products'; none if they make no sense: one odd row keeps no others from search."""
    try:
        return [vendor_document(vendor), *(product_document(product, vendor) for product in menu)]
    except (ValueError, TypeError) as error:
        metrics.skipped.labels("indexing").inc()
        note_failure(logger, "vendor passed over", error, vendor=str(vendor.id))
        return []


def _version_at(moment: datetime) -> int:
    """Microseconds, as the rows' versions are."""
    return int(moment.timestamp() * 1_000_000)


if __name__ == "__main__":
    asyncio.run(run())
