"""graphql-core and compiled code on random schemas, data and operations."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, parse, subscribe, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subgraphs.common.execution.compiled import Operations

from .compare import Run, errors_of, in_order, null_positions
from .random_effects import Effects, RandomMutation, RandomSubscription
from .random_world import ASYNC, SYNC, RandomOperation, World

seeds = st.integers(0, 2**32)
OPERATIONS, VARIABLES = 2, 4
few = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# graphql-core leaves coroutines of fields whose parent has become null unawaited.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


Case = tuple[Run, str, dict[str, Any]]


def random_cases(seed: int, modes: tuple[str, ...], trouble: float) -> Iterator[Case]:
    """Some operations on one schema, some variables for each: to make and validate them takes longest."""
    random = Random(seed)
    world = World(random, modes=modes, trouble=trouble)
    run = Run(world.schema, lambda: (None, world.root))
    for _ in range(OPERATIONS):
        operation = RandomOperation(world, random)
        document = run.parsed[operation.text] = parse(operation.text)
        assert not validate(world.schema._schema, document)
        for _ in range(VARIABLES):
            yield run, operation.text, operation.variables()


async def compare_seed(seed: int, data: str) -> None:
    """Run random cases on "good", "bad" or "bad and late" data by both executors."""
    trouble = 0 if data == "good" else 0.04
    for run, text, variables in random_cases(seed, SYNC if data == "bad" else ASYNC, trouble):
        if data == "bad":
            await run.same(text, variables)
        else:
            # Good data may fail too: arguments, permissions.
            await _compare_late(run, text, variables)


@few
@given(seeds)
def test_good_data_gives_the_same_answer(seed: int) -> None:
    asyncio.run(compare_seed(seed, "good"))


@few
@given(seeds)
def test_bad_data_gives_the_same_answer_and_the_same_errors(seed: int) -> None:
    asyncio.run(compare_seed(seed, "bad"))


@few
@given(seeds)
def test_bad_data_that_comes_late_gives_the_same_answer_and_nulls_the_same_places(seed: int) -> None:
    asyncio.run(compare_seed(seed, "bad and late"))


@few
@given(seeds)
def test_mutations_have_the_same_effects_in_the_same_order(seed: int) -> None:
    asyncio.run(compare_effects(seed))


@few
@given(seeds)
def test_subscriptions_give_the_same_results_event_by_event(seed: int) -> None:
    asyncio.run(compare_events(seed))


async def compare_effects(seed: int) -> None:
    """Run random mutations, all sync or all async, on bad data by both executors."""
    random, late = Random(seed), bool(seed % 2)
    world = Effects(random, modes=ASYNC if late else SYNC, trouble=0.04, late=late)
    for _ in range(OPERATIONS):
        mutation = RandomMutation(world, random)
        logs: list[list[str]] = []
        run = Run(world.schema, lambda logs=logs: (logs.append([]) or logs[-1], None))  # type: ignore[misc]
        for _ in range(VARIABLES):
            variables = mutation.variables()
            if late:
                await _compare_late(run, mutation.text, variables)
            else:
                await run.same(mutation.text, variables)
        assert logs[::2] == logs[1::2]


async def compare_events(seed: int) -> None:
    """Run a random subscription on bad data by both executors."""
    random = Random(seed)
    world = Effects(random, modes=SYNC, trouble=0.04, late=False)
    operation = RandomSubscription(world, random)
    text, variables = operation.text, operation.variables()
    assert not validate(world.schema._schema, parse(text))
    expected = await _results(await subscribe(world.schema._schema, parse(text), variable_values=variables))
    actual = await _results(await Operations(world.schema).subscribe(text, variables))
    assert actual == expected


async def _results(source: Any) -> list[tuple[Any, ...]]:
    """All results, with what a source ended with."""
    if isinstance(source, ExecutionResult):
        return [(source.data, errors_of(source))]
    seen: list[tuple[Any, ...]] = []
    try:
        async for result in source:
            seen += [(in_order(result.data), errors_of(result))]
    except Exception as error:
        seen.append((type(error), str(error)))
    return seen


async def _compare_late(run: Run, text: str, variables: dict[str, Any]) -> None:
    expected = await run.stock(text, variables)
    actual = await run.compiled(text, variables)
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
