"""``python -m tests.subgraphs.common.execution.long_run``: the differential test for as long as one likes."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from collections.abc import Callable, Coroutine
from random import SystemRandom
from typing import Annotated, Any

import typer

from .test_differential import OPERATIONS, VARIABLES, compare_effects, compare_events, compare_seed

KINDS: dict[str, Callable[[int], Coroutine[Any, Any, None]]] = {
    "good data": lambda seed: compare_seed(seed, "good"),
    "bad data": lambda seed: compare_seed(seed, "bad"),
    "bad and late data": lambda seed: compare_seed(seed, "bad and late"),
    "mutations": compare_effects,
    "events": compare_events,
}
# A seed's operations with their variables; a subscription is one.
CASES = (len(KINDS) - 1) * OPERATIONS * VARIABLES + 1


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
        for kind, compare in KINDS.items():
            try:
                asyncio.run(compare(seed + count))
            except BaseException:
                print(f"{kind}, seed {seed + count}:")
                raise
        count += 1
        if count % 50 == 0:
            gc.collect()
    print(f"{count * CASES} cases from seed {seed}: no difference.")


if __name__ == "__main__":
    typer.run(main)
