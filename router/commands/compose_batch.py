"""``waybill compose --batch``: JSON lines in, JSON lines out, in order, one flushed at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Protocol

import orjson

from ..composition import Composition, SubgraphSource, compose
from ..composition.settings import CompositionSettings
from .compose_output import error_json, hint_json

log = logging.getLogger(__name__)


class Writer(Protocol):
    """A binary stream."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""
        ...

    def flush(self) -> object:
        """Send what was written."""
        ...


def run_batch(lines: Iterable[bytes], out: Writer, limits: CompositionSettings) -> None:
    """Answer each line; a line that can't be read is answered too."""
    for line in lines:
        if line.strip():
            out.write(orjson.dumps(answer(line, limits)) + b"\n")
            out.flush()


def answer(line: bytes, limits: CompositionSettings) -> dict[str, Any]:
    """Compose what one line asks for."""
    identifier = None
    try:
        request = orjson.loads(line)
        identifier = request.get("id")
        sources = [_source(subgraph) for subgraph in request["subgraphs"]]
    except orjson.JSONDecodeError as error:
        return _failure(None, "INVALID_REQUEST", f"The line is no JSON: {error}")
    except (KeyError, TypeError, AttributeError):
        return _failure(identifier, "INVALID_REQUEST", "The line is no {id, subgraphs: [{name, url, sdl}]}")
    try:
        return {"id": identifier, **as_json(compose(sources, limits))}
    except Exception as error:
        # The last resort: one broken case must not end the process, nor show its insides.
        log.debug("composition failed", exc_info=True)
        return _failure(identifier, "INTERNAL_ERROR", f"Composition failed ({type(error).__name__})")


def _source(given: dict[str, Any]) -> SubgraphSource:
    if not isinstance(given["sdl"], str):
        raise TypeError("sdl is no string")
    return SubgraphSource(str(given["name"]), str(given.get("url") or ""), given["sdl"])


def _failure(identifier: object, code: str, message: str) -> dict[str, Any]:
    errors = [{"code": code, "message": message}]
    return {
        "id": identifier,
        "ok": False,
        "errors": errors,
        "hints": [],
        "supergraphSdl": None,
        "apiSdl": None,
    }


def as_json(composition: Composition) -> dict[str, Any]:
    """Give a composition as JSON data."""
    return {
        "ok": composition.ok,
        "errors": [error_json(e) for e in composition.errors],
        "hints": [hint_json(h) for h in composition.hints],
        "supergraphSdl": composition.supergraph_sdl,
        "apiSdl": composition.api_sdl,
    }
