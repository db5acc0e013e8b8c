"""``python -m tests.subgraphs.common.execution.long_run``: the differential test for as long as one likes."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from random import SystemRandom
from typing import Annotated

import typer

from .test_differential import OPERATIONS, VARIABLES, compare_seed

KINDS = ("good", "bad", "bad and late")


def main(
    seconds: Annotated[float, typer.Option(help="How long.")] = 60,
    first: Annotated[int | None, typer.Option(help="The first seed; chosen at random if not given.")] = None,
) -> None:
    """Compare graphql-core and compiled code on one random case after the other; stop at a difference."""
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    seed = SystemRandom().randrange(2**32) if first is None else first
    end, count = time.monotonic() + seconds, 0
    gc.disable()
    while time.monotonic() < end:
        for kind in KINDS:
            try:
                asyncio.run(compare_seed(seed + count, kind))
            except BaseException:
                print(f"{kind} data, seed {seed + count}:")
                raise
        count += 1
        if count % 50 == 0:
            gc.collect()
    print(f"{count * len(KINDS) * OPERATIONS * VARIABLES} cases from seed {seed}: no difference.")


if __name__ == "__main__":
    typer.run(main)
