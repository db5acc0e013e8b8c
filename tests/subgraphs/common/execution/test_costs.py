"""What an answer costs, in calls of Python functions: noise cannot move it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

import pytest

from bench.subgraph_execution.workloads import WORKLOADS, ProductById, Workload, strawberry_schema
from subgraphs.common.execution.compiled import Operations

# Calls of Python functions for one run, our own and the libraries', with little room to grow.
MOST = {
    "_entities of 50 with 4 fields, through a loader": 50 * 38,
    "the same, of a type with resolve_references": 50 * 28,
    "a list of 100 with 6 fields": 100 * 1 + 60,
    "a list of 10,000 with 6 fields": 10_000 * 1 + 60,
}


async def _calls(run: Callable[[], Any]) -> int:
    count = 0

    def seen(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        result = run()
        if isawaitable(result):
            await result
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda each: each.name)
async def test_an_answer_takes_no_more_calls_than_it_did(workload: Workload) -> None:
    operations = Operations(strawberry_schema())

    def run() -> Any:
        return operations.run(workload.text, workload.variables(), context=ProductById())

    for _ in range(2):
        first = run()
        result = await first if isawaitable(first) else first
        assert result.errors is None
    calls = await _calls(run)
    assert calls <= MOST[workload.name]
