"""How compositions are shown: text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import orjson

from ..composition import Composition, CompositionError, Hint, Location


class Format(StrEnum):
    """How errors, hints and changes are written."""

    text = "text"
    json = "json"
    github = "github"


def print_composition(
    composition: Composition, output: Path | None, form: str, files: Mapping[str, str]
) -> None:
    """Write the supergraph to ``output`` (standard output without one), the rest to standard error."""
    if form == "json":
        _print_json(composition, output)
        return
    write = write_github if form == "github" else write_text
    write(composition, files, sys.stderr)
    if composition.supergraph_sdl is None:
        return
    if output is not None:
        output.write_text(composition.supergraph_sdl, encoding="utf-8")
    else:
        sys.stdout.write(composition.supergraph_sdl)


def _print_json(composition: Composition, output: Path | None) -> None:
    document = {
        "ok": composition.ok,
        "errors": [error_json(e) for e in composition.errors],
        "hints": [hint_json(h) for h in composition.hints],
    }
    if composition.supergraph_sdl is not None and output is not None:
        output.write_text(composition.supergraph_sdl, encoding="utf-8")
    else:
        document |= {"supergraphSdl": composition.supergraph_sdl, "apiSdl": composition.api_sdl}
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


def error_json(error: CompositionError) -> dict[str, Any]:
    """Give an error as JSON data."""
    return {
        "code": error.code,
        "message": error.message,
        "subgraph": error.subgraph,
        "coordinate": error.coordinate,
        "locations": [_location_json(at) for at in error.locations],
        "fix": error.fix,
    }


def hint_json(hint: Hint) -> dict[str, Any]:
    """Give a hint as JSON data."""
    return {
        "code": hint.code,
        "message": hint.message,
        "coordinate": hint.coordinate,
        "locations": [_location_json(at) for at in hint.locations],
    }


def _location_json(at: Location) -> dict[str, Any]:
    return {"subgraph": at.subgraph, "line": at.line, "column": at.column}


def write_text(composition: Composition, files: Mapping[str, str], out: TextIO) -> None:
    """Write errors and hints for people."""
    for error in composition.errors:
        out.write(f"error {error.code}{_of(error.subgraph)}: {error.message}\n")
        _write_places(error.locations, files, out)
        if error.fix:
            out.write(f"    fix: {error.fix}\n")
    for hint in composition.hints:
        out.write(f"hint {hint.code}: {hint.message}\n")
        _write_places(hint.locations, files, out)
    if composition.errors:
        count = len(composition.errors)
        out.write(
            f"{count} error{'s' if count > 1 else ''}. `waybill explain CODE` says more about a code.\n"
        )


def _of(subgraph: str | None) -> str:
    return f" in {subgraph}" if subgraph else ""


def _write_places(locations: tuple[Location, ...], files: Mapping[str, str], out: TextIO) -> None:
    for at in locations:
        out.write(f"    at {files.get(at.subgraph, at.subgraph)}:{at.line}:{at.column}\n")


def write_github(composition: Composition, files: Mapping[str, str], out: TextIO) -> None:
    """Write workflow commands, which GitHub shows beside the lines they are about."""
    for error in composition.errors:
        text = error.message + (f" Fix: {error.fix}." if error.fix else "")
        out.write(_annotation("error", error.code, text, error.locations, files))
    for hint in composition.hints:
        out.write(_annotation("notice", hint.code, hint.message, hint.locations, files))


def _annotation(
    level: str, code: str, text: str, locations: tuple[Location, ...], files: Mapping[str, str]
) -> str:
    place = ""
    if locations and locations[0].subgraph in files:
        at = locations[0]
        place = f"file={_escape(files[at.subgraph])},line={at.line},col={at.column},"
    return f"::{level} {place}title={_escape(code)}::{_escape(text)}\n"


def _escape(text: str) -> str:
    """Escape as GitHub's runner expects."""
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(raw, escaped)
    return text
