"""Every test of running plans runs twice: interpreted and compiled."""

from __future__ import annotations

from functools import partial

import pytest

from router.execution.compiler import compile_plan
from router.execution.interpreter import interpret_plan
from router.traffic.settings import ExecutionMode
from tests.router.execution.plans import RunPlan, run_plan_as

MODES = ["interpreted", "compiled"]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> ExecutionMode:
    """How the whole router runs plans."""
    chosen: ExecutionMode = request.param
    return chosen


@pytest.fixture(params=MODES)
def run_plan(request: pytest.FixtureRequest) -> RunPlan:
    """A way to run one plan."""
    prepare = interpret_plan if request.param == "interpreted" else compile_plan
    return partial(run_plan_as, prepare)
