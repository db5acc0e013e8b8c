"""CPU time and memory of composing synthetic subgraphs: ``python -m bench composition``.

Each size runs in a process of its own, as memory is its peak. Sizes are subgraphs of 40 types and 400 fields.
"""

from __future__ import annotations

import cProfile
import pstats
import resource
import subprocess
import sys
import time
from typing import Annotated

import orjson
import typer

from router.composition import SubgraphSource, compose

from .synthetic_subgraphs import synthetic_subgraphs


def command(
    sizes: Annotated[str, typer.Option(help="Numbers of subgraphs.")] = "10,25,50,100",
    profile: Annotated[int, typer.Option(help="Print where the time goes for one size.")] = 0,
) -> None:
    """Compose synthetic subgraphs: CPU time, memory, and how they grow with the number of subgraphs."""
    if profile:
        print_profile(profile)
    else:
        print_curve([int(size) for size in sizes.split(",")])


def print_curve(sizes: list[int]) -> None:
    """Measure every size; near-linear means a ratio that stays near 1."""
    print(
        f"{'subgraphs':>9} {'types':>6} {'fields':>7} {'CPU s':>7} {'peak MB':>8} {'s/subgraph vs first':>20}"
    )
    first = 0.0
    for size in sizes:
        # Not `python -m bench`: what the other measurements import would count as memory.
        program = f"from bench.composition import print_one; print_one({size})"
        found = orjson.loads(subprocess.check_output([sys.executable, "-c", program]))
        each = found["seconds"] / size
        first = first or each
        print(
            f"{size:9} {found['types']:6} {found['fields']:7} {found['seconds']:7.2f} {found['mb']:8.0f} "
            f"{each / first:20.2f}"
        )


def print_one(size: int) -> None:
    """Measure one size in this process; print JSON."""
    print(orjson.dumps(measure(size)).decode())


def measure(size: int) -> dict[str, float]:
    """Compose ``size`` subgraphs, satisfiability included, and count what came out."""
    sources = synthetic_subgraphs(size)
    started = time.process_time()
    sdl = _compose(sources)
    seconds = time.process_time() - started
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "mb": mb, **_count(sdl)}


def _compose(sources: list[SubgraphSource]) -> str:
    composition = compose(sources)
    if composition.api_sdl is None:
        raise SystemExit("\n".join(e.message for e in composition.errors[:5]))
    return composition.api_sdl


def _count(sdl: str) -> dict[str, float]:
    lines = sdl.splitlines()
    types = sum(line.startswith(("type ", "interface ", "input ", "enum ", "union ")) for line in lines)
    return {"types": types, "fields": sum(line.startswith("  ") and ": " in line for line in lines)}


def print_profile(size: int) -> None:
    """Print the functions that take most of the time."""
    sources = synthetic_subgraphs(size)
    profiler = cProfile.Profile()
    profiler.runcall(_compose, sources)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)
