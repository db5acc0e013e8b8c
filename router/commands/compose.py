"""``waybill compose``: subgraphs → supergraph SDL, or every mistake explained."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..composition import compose
from ..composition.config import ConfigError, read_config
from ..composition.introspect import introspect_all
from .compose_batch import run_batch
from .compose_output import print_composition


class Format(StrEnum):
    """How errors and hints are written."""

    text = "text"
    json = "json"
    github = "github"


def command(
    config: Annotated[
        Path | None, typer.Argument(help="YAML or JSON list of subgraphs, or Rover's supergraph.yaml.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the supergraph here.")] = None,
    format: Annotated[Format, typer.Option(help="How errors and hints are written.")] = Format.text,  # noqa: A002
    batch: Annotated[
        bool, typer.Option("--batch", help="Answer JSON lines {id, subgraphs: [{name, url, sdl}]}.")
    ] = False,
) -> None:
    """Compose subgraphs into a supergraph."""
    if batch:
        run_batch(sys.stdin.buffer, sys.stdout.buffer)
        return
    if config is None:
        raise typer.BadParameter("name a list of subgraphs, or use --batch")
    raise typer.Exit(compose_once(config, output, format.value))


def compose_once(config: Path, output: Path | None, form: str) -> int:
    """Compose what a file lists; give the exit code."""
    try:
        configs = read_config(config)
        sources = asyncio.run(introspect_all(configs))
    except ConfigError as error:
        typer.echo(str(error), err=True)
        return 2
    composition = compose(sources)
    files = {c.name: str(c.file) for c in configs if c.file}
    print_composition(composition, output, form, files)
    return 0 if composition.ok else 1
