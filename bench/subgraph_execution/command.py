"""The command: measures every workload on every contender, and prints one table."""

from __future__ import annotations

import asyncio
import gc
import sys
from statistics import median
from typing import Annotated

import typer

from ..machine import describe_machine
from ..tables import markdown_table
from .contenders import contenders
from .measure import measure, paired
from .workloads import WORKLOADS

HEAD = ("operation", "executor", "CPU ms/run", "times as fast")


def command(
    rounds: Annotated[int, typer.Option(help="Measured stretches of each executor, in turns.")] = 15,
) -> None:
    """Compare the compiled executor with Strawberry and graphql-core, in one process."""
    gc.freeze()
    print(markdown_table(HEAD, asyncio.run(_rows(rounds))))
    print(f"\n`python -m bench {' '.join(sys.argv[1:])}`; {describe_machine()}.")


async def _rows(rounds: int) -> list[tuple[object, ...]]:
    answers = contenders()
    rows: list[tuple[object, ...]] = []
    for workload in WORKLOADS:
        found = await measure(answers, workload, rounds)
        base = next(iter(found.values()))
        rows += [
            (workload.name, name, median(figures), paired(base, figures)) for name, figures in found.items()
        ]
    return rows
