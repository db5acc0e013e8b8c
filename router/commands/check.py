"""``waybill check OLD NEW``: what a new schema breaks, and which operations.

Exit codes: 0 nothing breaks, 1 something breaks, 2 the input can't be read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..checking import OperationFile, check
from .check_output import WRITERS
from .check_sides import SideError, read_side
from .compose_output import Format


def command(
    old: Annotated[
        Path, typer.Argument(help="The schema in use: SDL, a supergraph, or a list of subgraphs.")
    ],
    new: Annotated[
        Path, typer.Argument(help="The schema to come: SDL, a supergraph, or a list of subgraphs.")
    ],
    operations: Annotated[
        list[Path] | None,
        typer.Option("--operations", help="Clients' operations: files or folders (*.graphql). Repeatable."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How changes are written.")] = Format.text,
    everything: Annotated[bool, typer.Option("--all", help="List safe changes too (text).")] = False,
) -> None:
    """Tell what a new schema breaks. Exit codes: 0 nothing, 1 something, 2 the input can't be read."""
    try:
        report = check(read_side(old), read_side(new), read_operations(operations or []))
    except SideError as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None
    WRITERS[form](report, str(new), everything, sys.stdout)
    raise typer.Exit(0 if report.ok else 1)


def read_operations(paths: list[Path]) -> list[OperationFile]:
    """Read files, and all .graphql and .gql files of folders."""
    files = [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]
    if paths and not files:
        raise SideError([f"{paths[0]}: error INVALID_OPERATIONS: there is no .graphql file in it"])
    return [OperationFile(str(file), _text(file)) for file in files]


def _inside(folder: Path) -> list[Path]:
    return sorted(f for pattern in ("*.graphql", "*.gql") for f in folder.rglob(pattern))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SideError([f"{file}: error INVALID_OPERATIONS: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SideError([f"{file}: error INVALID_OPERATIONS: not UTF-8"]) from None
