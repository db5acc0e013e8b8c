"""Makes a new engine warm: with what the old one knew, with a file, or with what the last process knew.

Planning costs milliseconds that a restart or a new supergraph would charge to the first requests.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from pathlib import Path
from typing import Protocol, runtime_checkable

from ..settings import RouterSettings
from ..traffic.known_operations import KnownOperation, read_operations, write_operations
from ..traffic.messages import GraphQLEngine
from ..traffic.operations import Operations
from ..write_file import write_file

logger = logging.getLogger(__name__)

LAST = "LAST"


@runtime_checkable
class KnowsOperations(Protocol):
    """An engine that can tell what it knows, and learn it before it is asked."""

    @property
    def operations(self) -> Operations:
        """Those that were answered."""
        ...


class WarmUp:
    """Remembers operations across engines, and across processes where a file is kept."""

    def __init__(self, settings: RouterSettings) -> None:
        is_last = settings.warm == LAST
        self._read_from = settings.warm_file if is_last else settings.warm and Path(settings.warm)
        self._keep_in = settings.warm_file if is_last else None
        self._pause = settings.warm_save

    async def prepare(self, engine: GraphQLEngine, previous: GraphQLEngine | None) -> None:
        """Make an engine warm before it is used, aside from the requests that are being served."""
        if not isinstance(engine, KnowsOperations):
            return
        operations = previous.operations.known() if isinstance(previous, KnowsOperations) else self._read()
        if operations:
            started = time.perf_counter()
            ready = await asyncio.to_thread(engine.operations.warm_up, operations)
            passed = round((time.perf_counter() - started) * 1000)
            logger.info("Operations warmed up", extra={"operations": ready, "ms": passed})

    def _read(self) -> list[KnownOperation]:
        """What the file holds. A missing or broken one costs the warmth only."""
        if not self._read_from:
            return []
        try:
            if self._keep_in is not None:
                _refuse_what_is_no_file(self._keep_in)
            return read_operations(self._read_from.read_bytes())
        except FileNotFoundError:
            if self._keep_in is None:
                logger.error("The file to warm up with is missing", extra={"file": str(self._read_from)})
        except (OSError, ValueError) as error:
            extra = {"file": str(self._read_from), "problem": str(error)}
            logger.error("The file to warm up with cannot be read", extra=extra)
        return []

    async def keep(self, engine: GraphQLEngine | None) -> None:
        """Write down what an engine knows, if a file is kept."""
        if self._keep_in is not None and isinstance(engine, KnowsOperations):
            content = write_operations(engine.operations.known())
            try:
                await asyncio.to_thread(_write, self._keep_in, content)
            except OSError as error:
                logger.error("Operations cannot be kept", extra={"problem": str(error)})

    @property
    def pause(self) -> float | None:
        """Seconds between writing it down; None where no file is kept."""
        return None if self._keep_in is None else self._pause


def _write(path: Path, content: bytes) -> None:
    """Write at once or not at all: other workers keep the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _refuse_what_is_no_file(path)
    write_file(path, content)


def _refuse_what_is_no_file(path: Path) -> None:
    """A FIFO would hold up the start and the end of the process, and a device keeps nothing."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
