"""A long differential run: ``python -m tests.router.differential --cases N [--start SEED] [--seed SEED]``.

Prints each mismatch with its seed (``--shrink``: made as small as possible, with the subgraphs); ends with
status 1 if there was one.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from argparse import ArgumentParser

from tests.router.differential.case import Mismatch, Servers
from tests.router.differential.print_sdl import full_sdl
from tests.router.differential.run_case import run_case
from tests.router.differential.serve_graph import serve_graphs
from tests.router.differential.shrink import shrink


async def run(seeds: range, *, smaller: bool = False) -> int:
    """Run the graphs of some seeds; gives how many failed."""
    failed = compared = 0
    started = time.process_time()
    async with serve_graphs() as (url, services):
        servers = Servers(url, services)
        for seed in seeds:
            try:
                compared += await run_case(seed, servers)
            except Mismatch as mismatch:
                failed += 1
                if smaller and mismatch.operation is not None:
                    await _print_smaller(seed, mismatch, servers)
                else:
                    print(f"seed {seed}: {mismatch}\n", flush=True)
            except Exception:
                failed += 1
                print(f"seed {seed}: {traceback.format_exc()}\n", flush=True)
    seconds = time.process_time() - started
    print(
        f"{len(seeds)} graphs, {compared} operations, {failed} graphs failed, {seconds:.0f} s of CPU time "
        f"({100 * seconds / max(compared, 1):.1f} s for 100 operations)"
    )
    return failed


async def _print_smaller(seed: int, mismatch: Mismatch, servers: Servers) -> None:
    graph, _, said = await shrink(seed, mismatch, servers)
    sdls = "\n".join(f"# {name}\n{full_sdl(graph, name)}" for name in graph.subgraphs)
    print(f"seed {seed} made smaller: {said}\n{sdls}\n", flush=True)


def main() -> None:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m tests.router.differential", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many random graphs")
    parser.add_argument("--start", type=int, default=0, help="the first one's seed")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--shrink", action="store_true", help="make failing cases smaller")
    options = parser.parse_args()
    seeds = range(options.start, options.start + options.cases)
    if options.seed is not None:
        seeds = range(options.seed, options.seed + 1)
    raise SystemExit(bool(asyncio.run(run(seeds, smaller=options.shrink))))


if __name__ == "__main__":
    main()
