"""graphql-core and compiled code on random schemas, data and operations."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from graphql import ExecutionResult, GraphQLError, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compare import Run, errors_of, in_order, null_positions
from .random_world import ASYNC, SYNC, RandomOperation, World

seeds = st.integers(0, 2**32)
few = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# graphql-core leaves coroutines of fields whose parent has become null unawaited.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


def _run(seed: int, modes: tuple[str, ...], trouble: float) -> tuple[Run, RandomOperation]:
    random = Random(seed)
    world = World(random, modes=modes, trouble=trouble)
    operation = RandomOperation(world, random)
    assert not validate(world.schema._schema, parse(operation.text))
    return Run(world.schema, lambda: (None, world.root)), operation


@few
@given(seeds)
def test_good_data_gives_the_same_answer(seed: int) -> None:
    # Arguments and permissions may fail here too.
    run, operation = _run(seed, ASYNC, 0)
    asyncio.run(_compare_late(run, operation))


@few
@given(seeds)
def test_bad_data_gives_the_same_answer_and_the_same_errors(seed: int) -> None:
    run, operation = _run(seed, SYNC, 0.04)
    asyncio.run(run.same(operation.text, operation.variables))


@few
@given(seeds)
def test_bad_data_that_comes_late_gives_the_same_answer_and_nulls_the_same_places(seed: int) -> None:
    run, operation = _run(seed, ASYNC, 0.04)
    asyncio.run(_compare_late(run, operation))


async def _compare_late(run: Run, operation: RandomOperation) -> None:
    expected = await run.stock(operation.text, operation.variables)
    actual = await run.compiled(operation.text, operation.variables)
    assert actual.data == expected.data
    assert in_order(actual.data) == in_order(expected.data)
    _assert_same_nulls(actual, expected)


def _assert_same_nulls(actual: ExecutionResult, expected: ExecutionResult) -> None:
    ours, theirs = null_positions(actual), null_positions(expected)
    assert ours.keys() == theirs.keys()
    for place in ours:
        own = [error for error in (*ours[place], *theirs[place]) if list(place) == error.path]
        if len(own) == len(ours[place]) + len(theirs[place]):
            assert _told(actual, ours[place]) == _told(expected, theirs[place])


def _told(result: ExecutionResult, errors: list[GraphQLError]) -> list[tuple[object, ...]]:
    return errors_of(ExecutionResult(result.data, errors))
