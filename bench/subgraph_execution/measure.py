"""Contenders and a workload in, CPU time for each out: in turns, so that all meet the same machine."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from statistics import median

from .contenders import Answer
from .workloads import Workload


async def measure(answers: Mapping[str, Answer], workload: Workload, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds a run, one figure a round for each contender; all answers must be the same."""
    await _warm(answers, workload)
    found: dict[str, list[float]] = {name: [] for name in answers}
    for _ in range(rounds):
        for name, answer in answers.items():
            found[name].append(await _stretch(answer, workload))
    return found


async def _warm(answers: Mapping[str, Answer], workload: Workload) -> None:
    shown = {name: await answer(workload.text, workload.variables()) for name, answer in answers.items()}
    different = [name for name, body in shown.items() if body != next(iter(shown.values()))]
    if different:
        raise ValueError(f"{', '.join(different)}: not the same answer to {workload.name}.")


async def _stretch(answer: Answer, workload: Workload) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(workload.runs):
        await answer(workload.text, workload.variables())
    return (time.process_time() - started) * 1000 / workload.runs


def paired(base: list[float], other: list[float]) -> float:
    """How many times faster than the base: the median of the rounds' own ratios."""
    return median(one / two for one, two in zip(base, other, strict=True))
