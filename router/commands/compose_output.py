"""How compositions are shown: text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any, TextIO

import orjson

from ..composition import Composition, CompositionError, Hint, Location
from ..composition.config_nodes import ConfigProblem
from .github import annotation


class Format(StrEnum):
    """How errors, hints and changes are written."""

    text = "text"
    json = "json"
    github = "github"


def print_composition(
    composition: Composition, form: Format, files: Mapping[str, str], *, to_stdout: bool
) -> None:
    """Write errors and hints; the supergraph too, with ``to_stdout``. ``files``: subgraph → its SDL file.

    JSON goes to standard output as a whole; otherwise standard output holds nothing but the supergraph.
    """
    match form:
        case Format.json:
            sys.stdout.write(_json(composition, whole=to_stdout))
            sys.stdout.flush()
            return
        case Format.github:
            write_github(composition, files, sys.stderr)
        case Format.text:
            write_text(composition, files, sys.stderr)
    if to_stdout and composition.supergraph_sdl is not None:
        sys.stdout.write(composition.supergraph_sdl)
        sys.stdout.flush()


def _json(composition: Composition, *, whole: bool) -> str:
    document: dict[str, Any] = {
        "ok": composition.ok,
        "errors": [error_json(e) for e in composition.errors],
        "hints": [hint_json(h) for h in composition.hints],
    }
    if whole:
        document |= {"supergraphSdl": composition.supergraph_sdl, "apiSdl": composition.api_sdl}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def print_problems(problems: Sequence[ConfigProblem], form: Format) -> None:
    """Write why there is nothing to compose."""
    match form:
        case Format.json:
            document = {"ok": False, "errors": [asdict(p) for p in problems], "hints": []}
            sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
        case Format.github:
            for p in problems:
                sys.stderr.write(_problem_annotation(p))
        case Format.text:
            for p in problems:
                sys.stderr.write(f"{p}\n")


def _problem_annotation(problem: ConfigProblem) -> str:
    if not problem.line and problem.code == "SDL_UNAVAILABLE":
        return annotation("error", problem.code, f"{problem.file} {problem.message}")
    text = f"{problem.key}: {problem.message}" if problem.key else problem.message
    return annotation("error", problem.code, text, problem.file, problem.line, problem.column)


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
    """Write workflow commands, which GitHub shows beside the lines they are about.

    An error of several subgraphs is shown at each of its places.
    """
    for error in composition.errors:
        text = error.message + (f" Fix: {error.fix}." if error.fix else "")
        out.writelines(_annotations("error", error.code, text, error.locations, files))
    for hint in composition.hints:
        out.writelines(_annotations("notice", hint.code, hint.message, hint.locations[:1], files))


def _annotations(
    level: str, code: str, text: str, locations: tuple[Location, ...], files: Mapping[str, str]
) -> Iterator[str]:
    placed = [at for at in locations if at.subgraph in files]
    if not placed:
        yield annotation(level, code, text)
    for at in placed:
        yield annotation(level, code, text, files[at.subgraph], at.line, at.column)
