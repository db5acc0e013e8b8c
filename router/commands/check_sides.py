"""OLD and NEW of ``waybill check``: SDL, a supergraph, or a list of subgraphs that is composed first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..checking import Api, ApiError, read_api

CONFIG_SUFFIXES = frozenset((".yaml", ".yml", ".json"))


class SideError(Exception):
    """The input can't be read; ``lines`` say why."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def read_side(path: Path) -> Api:
    """Read one side; raise SideError."""
    if path.suffix in CONFIG_SUFFIXES:
        return _api(path, _composed(path))
    try:
        return _api(path, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SideError([f"{path}: error INVALID_SCHEMA: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SideError([f"{path}: error INVALID_SCHEMA: not UTF-8"]) from None


def _api(path: Path, sdl: str) -> Api:
    try:
        return read_api(sdl)
    except ApiError as error:
        raise SideError([f"{path}: error {error.code}: {error}"]) from None


def _composed(path: Path) -> str:
    # Imported here: a comparison of two SDL files needs no composer.
    from ..composition.config import ConfigError
    from .compose_list import compose_list

    try:
        composition = compose_list(path)
    except ConfigError as error:
        raise SideError([str(problem) for problem in error.problems]) from None
    if composition.supergraph_sdl is None:
        raise SideError([f"{path}: error {e.code}: {e.message}" for e in composition.errors])
    return composition.supergraph_sdl
