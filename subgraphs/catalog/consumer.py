"""What the catalog does in the background: makes reviews of ratings, ends pauses, covers delivery areas."""

from __future__ import annotations

import asyncio
import logging

from subgraphs.common.background import every, keep_running
from subgraphs.common.database import Shards
from subgraphs.common.events import Consumer
from subgraphs.common.logs import configure_logs
from subgraphs.common.process import connect, stop_event

from .covering import cover_vendors
from .pauses import end_pauses
from .rate import GROUP, ApplyRatings
from .settings import CatalogSettings

logger = logging.getLogger(__name__)
# Vendors come with their cells; those without are from before, or were loaded past the graph.
COVER_SECONDS = 60.0
# A vendor takes orders from the very moment; search shows it again by this much later.
PAUSES_SECONDS = 15.0


async def run() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = CatalogSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections, asyncio.TaskGroup() as group:

        async def keep_covered() -> None:
            await every(COVER_SECONDS, lambda: _cover(connections.shards), stop)

        async def keep_resuming() -> None:
            await every(PAUSES_SECONDS, lambda: end_pauses(connections.shards), stop)

        ratings = ApplyRatings(connections.shards)
        rated = Consumer(connections.valkey, ["orders"], GROUP, ratings.handle, settings=settings)
        group.create_task(rated.run(stop))
        group.create_task(keep_running("covering of delivery areas", keep_covered, stop))
        group.create_task(keep_running("ending of pauses", keep_resuming, stop))


async def _cover(shards: Shards) -> None:
    if count := await cover_vendors(shards):
        logger.info("delivery cells made", extra={"vendors": count})
