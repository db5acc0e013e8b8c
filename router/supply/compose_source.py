"""A supergraph composed here, from a list of subgraphs; those without an SDL file are asked for theirs.

Imports composition, so it is imported only where subgraphs are given.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from ..composition import CompositionError, SubgraphSource, compose
from ..composition.config import ConfigError, SubgraphConfig, read_config
from ..composition.introspect import introspect_all, read_source
from ..composition.limits import read_limits
from ..composition.settings import CompositionSettings
from ..settings import RouterSettings
from .sources import SourceError, stamp

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0


class ComposedSubgraphs:
    """Composes what a file lists, by the settings ``subgraph_deadline`` and ``subgraph_poll``."""

    def __init__(self, path: Path, settings: RouterSettings) -> None:
        self._path = path
        self._settings = settings
        self._configs = read_subgraphs(path)
        self._limits = composition_limits()

    @property
    def local(self) -> bool:
        """Whether every subgraph comes with its SDL."""
        return all(config.sdl is not None for config in self._configs)

    def fingerprint(self) -> object:
        """The files' stamps, and where running subgraphs are asked again, the turn of asking."""
        files = [self._path, *(config.file for config in self._configs if config.file)]
        poll = self._settings.subgraph_poll
        turn = int(time.monotonic() / poll) if poll and not self.local else 0
        return (*map(stamp, files), turn)

    async def read(self) -> str:
        """Ask, compose; every mistake is in the SourceError."""
        self._configs = await asyncio.to_thread(read_subgraphs, self._path)
        sources = await ask_all(self._configs, self._limits, self._settings.subgraph_deadline)
        composition = await asyncio.to_thread(compose, sources, self._limits)
        for hint in composition.hints:
            logger.debug("Composition hint", extra={"code": hint.code, "hint": hint.message})
        if composition.supergraph_sdl is None:
            raise SourceError([line for error in composition.errors for line in describe(error)])
        return composition.supergraph_sdl


def read_subgraphs(path: Path) -> list[SubgraphConfig]:
    """Read the list, or say why not."""
    try:
        return read_config(path)
    except ConfigError as error:
        raise SourceError([str(error)]) from error


def composition_limits() -> CompositionSettings:
    """Read composition's own settings, or say what is wrong with them."""
    try:
        return read_limits()
    except ConfigError as error:
        raise SourceError([str(error)]) from error


async def ask_all(
    configs: Sequence[SubgraphConfig], limits: CompositionSettings, deadline: float
) -> list[SubgraphSource]:
    """All subgraphs' SDL, those that run asked until they answer or ``deadline`` seconds are over."""
    ends_at = time.monotonic() + deadline

    async def patiently(
        client: httpx.AsyncClient, config: SubgraphConfig, limits: CompositionSettings
    ) -> SubgraphSource:
        return await ask(client, config, limits, ends_at)

    try:
        return await introspect_all(configs, limits, patiently)
    except ConfigError as error:
        raise SourceError([str(problem) for problem in error.problems]) from error


async def ask(
    client: httpx.AsyncClient, config: SubgraphConfig, limits: CompositionSettings, ends_at: float
) -> SubgraphSource:
    """One subgraph's SDL; a subgraph that does not answer yet is asked again."""
    pause = FIRST_PAUSE
    level = logging.WARNING  # said once
    while True:
        try:
            return await read_source(client, config, limits)
        except ConfigError as error:
            if time.monotonic() + pause > ends_at:
                raise
            logger.log(level, "Waiting for a subgraph", extra={"subgraph": config.name, "reason": str(error)})
            level = logging.DEBUG
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def describe(error: CompositionError) -> Iterator[str]:
    """A composition error as lines for people: code, subgraph, coordinate, message, fix."""
    where = "".join(
        [
            f" in {error.subgraph}" if error.subgraph else "",
            f" at {error.coordinate}" if error.coordinate else "",
        ]
    )
    yield f"error {error.code}{where}: {error.message}"
    for location in error.locations:
        yield f"    at {location.subgraph}:{location.line}:{location.column}"
    if error.fix:
        yield f"    fix: {error.fix}"
