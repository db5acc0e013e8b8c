"""One composition from a list of subgraphs: read, ask, compose, write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from ..composition import Composition, Contract, SubgraphSource, compose
from ..composition.config import ConfigError, ConfigProblem, SubgraphConfig, read_config
from ..composition.introspect import introspect_all
from ..composition.limits import read_limits
from ..composition.settings import CompositionSettings
from ..write_file import write_file
from .compose_output import Format, print_composition, print_problems

COMPOSED, NOT_COMPOSED, UNREADABLE = 0, 1, 2
"""Exit codes."""


@dataclass(frozen=True, slots=True)
class Job:
    """What ``waybill compose`` was asked for."""

    config: Path
    output: Path | None = None
    api: Path | None = None
    form: Format = Format.text
    contract: Contract | None = None


async def compose_once(job: Job) -> int:
    """Compose what the file lists; give the exit code."""
    try:
        limits = read_limits()
        configs, sources = await read_sources(job.config, limits)
        composition = compose(sources, limits, job.contract)
        write_files(job, composition)
    except ConfigError as error:
        print_problems(error.problems, job.form)
        return UNREADABLE
    print_composition(composition, job.form, files_of(configs), to_stdout=job.output is None)
    return COMPOSED if composition.ok else NOT_COMPOSED


async def read_sources(
    config: Path, limits: CompositionSettings
) -> tuple[Sequence[SubgraphConfig], list[SubgraphSource]]:
    """Read the list and the SDL of all subgraphs; raise ConfigError."""
    configs = await asyncio.to_thread(read_config, config)
    return configs, await introspect_all(configs, limits)


def files_of(configs: Sequence[SubgraphConfig]) -> dict[str, str]:
    """Map subgraphs to their SDL files."""
    return {c.name: str(c.file) for c in configs if c.file}


def write_files(job: Job, composition: Composition) -> None:
    """Write the files asked for; raise ConfigError where that is impossible."""
    for path, text in ((job.output, composition.supergraph_sdl), (job.api, composition.api_sdl)):
        if path is not None and text is not None:
            write_output(path, text)


def write_output(path: Path, text: str) -> None:
    """Write what a command was asked for; raise ConfigError where that is impossible."""
    try:
        write_file(path, text)
    except OSError as error:
        why = f"can't be written: {error.strerror}"
        raise ConfigError([ConfigProblem("OUTPUT_UNWRITABLE", why, str(path))]) from None


def say(line: str) -> None:
    """Tell people something."""
    typer.echo(line, err=True)
