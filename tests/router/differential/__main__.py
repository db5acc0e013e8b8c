"""A long differential run: ``python -m tests.router.differential --cases N [--start SEED] [--seed SEED]``.

Prints each mismatch with its seed; ends with status 1 if there was one.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from argparse import ArgumentParser

from tests.router.differential.run_case import BROKEN, DEFERRED, OPERATIONS, Mismatch, run_case
from tests.router.differential.serve_graph import serve_graphs


async def run(seeds: range) -> int:
    """Run the graphs of some seeds; gives how many failed."""
    failed = 0
    started = time.process_time()
    async with serve_graphs() as (url, services):
        for seed in seeds:
            try:
                await run_case(seed, url, services)
            except Mismatch as mismatch:
                failed += 1
                print(f"seed {seed}: {mismatch}\n", flush=True)
            except Exception:
                failed += 1
                print(f"seed {seed}: {traceback.format_exc()}\n", flush=True)
    operations = len(seeds) * (OPERATIONS + DEFERRED + 2 * (BROKEN + 1))
    seconds = time.process_time() - started
    print(
        f"{len(seeds)} graphs, {operations} operations, {failed} graphs failed, {seconds:.0f} s of CPU time"
    )
    return failed


def main() -> None:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m tests.router.differential", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many random graphs")
    parser.add_argument("--start", type=int, default=0, help="the first one's seed")
    parser.add_argument("--seed", type=int, help="only this one")
    options = parser.parse_args()
    seeds = range(options.start, options.start + options.cases)
    if options.seed is not None:
        seeds = range(options.seed, options.seed + 1)
    raise SystemExit(bool(asyncio.run(run(seeds))))


if __name__ == "__main__":
    main()
