"""CPU time and memory of composing synthetic subgraphs: `python -m bench.composition [--sizes 10,25,50,100]`.

Each size runs in a process of its own, as memory is its peak. Sizes are subgraphs of 40 types and 400 fields.
Where the time goes: `--profile 50`.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import subprocess
import sys
import time

import orjson

from router.composition import SubgraphSource, compose

from .synthetic_subgraphs import synthetic_subgraphs


def main() -> None:
    """Print a line for each size, with the time per subgraph beside the smallest size's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10,25,50,100", help="numbers of subgraphs")
    parser.add_argument("--one", type=int, help="measure one size here, as JSON")
    parser.add_argument("--profile", type=int, help="profile one size")
    arguments = parser.parse_args()
    if arguments.one:
        print(orjson.dumps(measure(arguments.one)).decode())
    elif arguments.profile:
        profile(arguments.profile)
    else:
        print_curve([int(size) for size in arguments.sizes.split(",")])


def print_curve(sizes: list[int]) -> None:
    """Measure every size; near-linear means a ratio that stays near 1."""
    print(
        f"{'subgraphs':>9} {'types':>6} {'fields':>7} {'CPU s':>7} {'peak MB':>8} {'s/subgraph vs first':>20}"
    )
    first = 0.0
    for size in sizes:
        command = [sys.executable, "-m", "bench.composition", "--one", str(size)]
        found = orjson.loads(subprocess.check_output(command))
        each = found["seconds"] / size
        first = first or each
        print(
            f"{size:9} {found['types']:6} {found['fields']:7} {found['seconds']:7.2f} {found['mb']:8.0f} "
            f"{each / first:20.2f}"
        )


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


def profile(size: int) -> None:
    """Print the functions that take most of the time."""
    sources = synthetic_subgraphs(size)
    profiler = cProfile.Profile()
    profiler.runcall(_compose, sources)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
