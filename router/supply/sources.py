"""Where a supergraph comes from: a file, or subgraphs that are composed here.

A source is read at start and whenever its fingerprint changes. What a person must see when it cannot be read
is in ``SourceError.problems``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class SourceError(Exception):
    """A supergraph that cannot be had; ``problems`` are lines for people, one a mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class SupergraphSource(Protocol):
    """Gives supergraph SDL."""

    @property
    def local(self) -> bool:
        """Whether reading needs no network: then the port opens with the supergraph loaded."""

    def fingerprint(self) -> object:
        """Cheap to compare; changes when ``read`` would give something else."""

    async def read(self) -> str:
        """The SDL; raises ``SourceError``."""


class SupergraphFile:
    """A supergraph someone composed before."""

    local = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def fingerprint(self) -> object:
        """Time, size and inode: a file replaced by a rename counts as changed."""
        return stamp(self._path)

    async def read(self) -> str:
        """Read the file."""
        return read_text(self._path)


class Preloaded:
    """A source whose first reading was done already, by the parent of several workers."""

    local = True

    def __init__(self, source: SupergraphSource, sdl: str, fingerprint: object) -> None:
        self._source = source
        self._first: tuple[str, object] | None = (sdl, fingerprint)

    def fingerprint(self) -> object:
        """As it was at the first reading, then the source's own."""
        return self._source.fingerprint() if self._first is None else self._first[1]

    async def read(self) -> str:
        """The first reading, then the source's own."""
        if self._first is None:
            return await self._source.read()
        sdl, self._first = self._first[0], None
        return sdl


def stamp(path: Path) -> object:
    """What changes when a file is written or replaced; None while it is away."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def read_text(path: Path) -> str:
    """Read a UTF-8 file, or say why not."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SourceError([f"{path}: not UTF-8"]) from error
