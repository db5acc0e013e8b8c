"""Every test of running plans runs twice: interpreted and compiled."""

from __future__ import annotations

from functools import partial

import pytest

from router.execution.compiler import compile_plan
from router.execution.interpreter import interpret_plan
from tests.router.execution.plans import RunPlan, run_plan_as


@pytest.fixture(params=["interpreted", "compiled"])
def run_plan(request: pytest.FixtureRequest) -> RunPlan:
    prepare = interpret_plan if request.param == "interpreted" else compile_plan
    return partial(run_plan_as, prepare)
