"""``waybill compose --watch``: compose again when an SDL changes, and keep the last good output meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import Iterator, Sequence

from ..checking import ApiError, compare, read_api
from ..composition import Composition, SubgraphSource, compose
from ..composition.config import ConfigError
from ..composition.limits import read_limits
from .compose_job import Job, files_of, read_sources, say, write_files
from .compose_output import print_composition, print_problems


async def watch(job: Job, poll: float) -> None:
    """Look every ``poll`` seconds until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watcher = Watcher(job)
    while not stop.is_set():
        await watcher.look()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), poll)


class Watcher:
    """Remembers what was composed last."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sources: list[SubgraphSource] | None = None
        self._problem: str | None = None
        self._api: str | None = None

    async def look(self) -> None:
        """Read everything; compose and tell what changed if it isn't as it was."""
        try:
            limits = read_limits()
            configs, sources = await read_sources(self._job.config, limits)
        except ConfigError as error:
            self._refuse(error)
            return
        if self._problem is not None:
            say("All subgraphs can be read again.")
            self._problem = None
        if sources == self._sources:
            return
        for line in source_changes(self._sources, sources):
            say(line)
        self._sources = sources
        composition = await asyncio.to_thread(compose, sources, limits, self._job.contract)
        self._publish(composition, files_of(configs))

    def _publish(self, composition: Composition, files: dict[str, str]) -> None:
        print_composition(composition, self._job.form, files, to_stdout=self._job.output is None)
        if composition.api_sdl is None:
            say("Not composed" + ("; the last good output stays." if self._api else "."))
            return
        try:
            write_files(self._job, composition)
        except ConfigError as error:
            self._refuse(error)
            # Composed anew at the next look, so that a disk that is full now gets it later.
            self._sources = None
            return
        for line in api_changes(self._api, composition.api_sdl):
            say(line)
        self._api = composition.api_sdl
        say(f"Composed{f' into {self._job.output}' if self._job.output else ''}.")

    def _refuse(self, error: ConfigError) -> None:
        """Tell a problem once, however long it lasts."""
        if str(error) != self._problem:
            print_problems(error.problems, self._job.form)
            self._problem = str(error)


def source_changes(old: Sequence[SubgraphSource] | None, new: Sequence[SubgraphSource]) -> Iterator[str]:
    """Tell which subgraphs came, went or changed."""
    if old is None:
        return
    before, after = {s.name: s for s in old}, {s.name: s for s in new}
    yield from (f"{name}: is gone" for name in before.keys() - after.keys())
    for name, source in after.items():
        if name not in before:
            yield f"{name}: is new"
        elif source.sdl != before[name].sdl:
            yield f"{name}: SDL changed ({_size_of(before[name].sdl, source.sdl)})"
        elif source != before[name]:
            yield f"{name}: URL changed to {source.url}"


def _size_of(old: str, new: str) -> str:
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    return f"+{(after - before).total()} -{(before - after).total()} lines"


def api_changes(old: str | None, new: str) -> Iterator[str]:
    """Tell what changed for clients, the worst first."""
    if old is None or old == new:
        return
    try:
        changes = compare(read_api(old), read_api(new))
    except ApiError:
        return
    for change in changes:
        yield f"  {change.severity.name}: {change.message}"
