"""``waybill compose``: subgraphs → supergraph SDL, or every mistake explained.

Exit codes: 0 composed; 1 the subgraphs don't compose; 2 the list can't be read, a subgraph can't be asked for
its SDL, or the output can't be written.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..composition import Contract
from ..composition.config import ConfigError
from ..composition.limits import read_limits
from ..composition.settings import CompositionSettings
from .compose_batch import run_batch
from .compose_job import UNREADABLE, Job, compose_once
from .compose_output import Format, print_problems
from .compose_watch import watch

TagOption = Annotated[
    list[str] | None, typer.Option(help="Contract: show only what bears the tag. Repeatable.")
]


def command(
    config: Annotated[
        Path | None, typer.Argument(help="YAML or JSON list of subgraphs, or Rover's supergraph.yaml.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the supergraph here.")] = None,
    api: Annotated[Path | None, typer.Option("--api", help="Write the API schema here.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How errors and hints are written.")] = Format.text,
    include_tag: TagOption = None,
    exclude_tag: Annotated[
        list[str] | None, typer.Option(help="Contract: hide what bears the tag. Repeatable.")
    ] = None,
    keep_unreachable: Annotated[
        bool, typer.Option("--keep-unreachable", help="Contract: show types that no query leads to.")
    ] = False,
    watching: Annotated[
        bool, typer.Option("--watch", help="Compose again whenever a file or a running subgraph changes.")
    ] = False,
    poll: Annotated[float, typer.Option(min=0.1, help="With --watch: seconds between two looks.")] = 1.0,
    batch: Annotated[
        bool, typer.Option("--batch", help="Answer JSON lines {id, subgraphs: [{name, url, sdl}]}.")
    ] = False,
) -> None:
    """Compose subgraphs. Exit codes: 0 composed, 1 composition errors, 2 unreadable input."""
    if batch:
        run_batch(sys.stdin.buffer, sys.stdout.buffer, _limits(form))
        return
    if config is None:
        raise typer.BadParameter("name a list of subgraphs, or use --batch")
    contract = None
    if include_tag or exclude_tag:
        contract = Contract(frozenset(include_tag or ()), frozenset(exclude_tag or ()), keep_unreachable)
    job = Job(config, output, api, form, contract)
    if watching:
        asyncio.run(watch(job, poll))
        return
    raise typer.Exit(asyncio.run(compose_once(job)))


def _limits(form: Format) -> CompositionSettings:
    try:
        return read_limits()
    except ConfigError as error:
        print_problems(error.problems, form)
        raise typer.Exit(UNREADABLE) from None
