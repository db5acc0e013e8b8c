"""Keeps the engine in step with its source: first load, watch, swap under load."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from ..observation.metrics import Metrics
from ..traffic.messages import GraphQLEngine
from .engines import Engines
from .sources import SourceError, SupergraphSource
from .warm_up import WarmUp

logger = logging.getLogger(__name__)

BuildEngine: TypeAlias = Callable[[str, Metrics], GraphQLEngine]
"""Supergraph SDL, and where the engine reports to, into an engine; ``SourceError`` if it is no supergraph."""


class Loader:
    """Loads from one source into ``engines``."""

    def __init__(
        self,
        source: SupergraphSource,
        build: BuildEngine,
        engines: Engines,
        metrics: Metrics,
        warm_up: WarmUp,
    ) -> None:
        self._source = source
        self._build = build
        self._engines = engines
        self._metrics = metrics
        self._warm_up = warm_up
        self._seen: object = None
        self._sdl: str | None = None

    async def load(self) -> None:
        """Read the source and put its engine in; raises ``SourceError``, and leaves all as it was."""
        self._seen = self._source.fingerprint()
        started = time.perf_counter()
        try:
            sdl = await self._source.read()
            if sdl == self._sdl:
                return
            engine = await asyncio.to_thread(self._build, sdl, self._metrics)
        except SourceError:
            self._metrics.supergraph(loaded=False)
            raise
        await self._warm_up.prepare(engine, self._engines.current)
        self._sdl = sdl
        self._engines.swap(engine)
        self._metrics.supergraph(loaded=True)
        logger.info("Supergraph loaded", extra={"ms": round((time.perf_counter() - started) * 1000)})

    async def watch(self, pause: float) -> None:
        """Look at the source every ``pause`` seconds; what cannot be read leaves the old engine in place."""
        while True:
            await asyncio.sleep(pause)
            if self._source.fingerprint() != self._seen:
                await self._reload()

    async def _reload(self) -> None:
        try:
            await self.load()
        except SourceError as error:
            logger.error("The new supergraph is refused", extra={"problems": error.problems})
        except Exception:
            logger.exception("The new supergraph cannot be loaded")
