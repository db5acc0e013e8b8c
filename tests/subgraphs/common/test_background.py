"""Tasks of a process have fates of their own: one that fails begins again, and no other notices."""

from __future__ import annotations

import asyncio

import pytest

from subgraphs.common import background, metrics
from subgraphs.common.background import every, keep_running


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.0)


def failures(task: str) -> float:
    return float(metrics.task_failures.labels(task)._value.get())


async def test_a_task_that_fails_begins_again_until_it_is_done() -> None:
    outcomes = iter([ConnectionError("away"), ZeroDivisionError(), None])

    async def work() -> None:
        if (error := next(outcomes)) is not None:
            raise error

    await keep_running("a task of a test", work, asyncio.Event())
    assert list(outcomes) == []
    assert failures("a task of a test") == 2


async def test_a_group_of_servers_that_are_away_is_a_failure_like_any_other() -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.wait_for(asyncio.Event().wait(), 0))

    await keep_running("a group of a test", work, asyncio.Event())
    assert tries == 2


async def test_a_failing_task_ends_none_beside_it() -> None:
    stop, done = asyncio.Event(), list[int]()

    async def bad() -> None:
        raise ValueError("as always")

    async def good() -> None:
        done.append(1)
        if len(done) == 5:
            stop.set()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(keep_running("bad", bad, stop))
        group.create_task(keep_running("good", lambda: every(0, good, stop), stop))
    assert len(done) == 5


async def test_told_to_stop_a_task_waits_out_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 3600.0)
    stop = asyncio.Event()

    async def work() -> None:
        stop.set()
        raise ConnectionError

    async with asyncio.timeout(20):
        await keep_running("stopped", work, stop)
