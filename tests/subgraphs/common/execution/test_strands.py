"""What coroutines may rely on while they are advanced together: as much as in tasks of their own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader
from graphql import ExecutionResult

from subgraphs.common.execution.compiled import Operations

Work = Callable[[int], Awaitable[Any]]
label: ContextVar[str] = ContextVar("label", default="none")


@strawberry.type
class Job:
    number: strawberry.Private[int]

    @strawberry.field
    async def done(self, info: strawberry.Info) -> str | None:
        return str(await info.context(self.number))

    @strawberry.field
    async def labelled(self) -> Label:
        label.set(f"job {self.number}")
        await asyncio.sleep(0)
        return Label()


@strawberry.type
class Label:
    @strawberry.field
    def text(self) -> str:
        return label.get()

    @strawberry.field
    async def late_text(self) -> str:
        await asyncio.sleep(0)
        return label.get()


@strawberry.type
class Query:
    @strawberry.field
    def jobs(self, n: int = 3) -> list[Job]:
        return [Job(number=number) for number in range(n)]


operations = Operations(strawberry.Schema(Query))


async def _run(work: Work | None, text: str = "{ jobs { done } }") -> ExecutionResult:
    result = operations.run(text, context=work)
    assert not isinstance(result, ExecutionResult)
    return await result


def _done(result: ExecutionResult) -> list[str | None]:
    assert result.data is not None
    return [job["done"] for job in result.data["jobs"]]


async def test_a_loader_gets_the_keys_of_all_objects_at_once() -> None:
    batches: list[list[int]] = []

    class Loader(DataLoader[int, int]):
        async def batch_load_fn(self, keys: list[int]) -> list[int]:
            batches.append(keys)
            return keys

    assert _done(await _run(Loader().load)) == ["0", "1", "2"]
    assert batches == [[0, 1, 2]]


async def test_one_that_waits_does_not_hold_up_another() -> None:
    """The first can go on only when the last has."""
    event = asyncio.Event()

    async def work(number: int) -> str:
        if number == 2:
            await asyncio.sleep(0)
            event.set()
        await event.wait()
        return "met"

    assert _done(await _run(work)) == ["met"] * 3


async def test_a_timeout_ends_its_own_coroutine_only() -> None:
    async def work(number: int) -> str:
        try:
            async with asyncio.timeout(0.001 if number == 1 else 60):
                await asyncio.sleep(30 if number == 1 else 0.01)
        except TimeoutError:
            return "late"
        return "in time"

    assert _done(await _run(work)) == ["in time", "late", "in time"]


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "does not wait"])
async def test_who_asked_for_his_task_leaves_nothing_to_the_garbage_collector(waits: bool) -> None:
    """What is left to it is freed by the thousand, and the process stands still meanwhile."""

    async def work(number: int) -> str:
        async with asyncio.timeout(60):
            if waits:
                await asyncio.sleep(0)
        return "done"

    await _run(work)
    gc.collect()
    gc.disable()
    try:
        assert _done(await _run(work)) == ["done"] * 3
        await asyncio.sleep(0)
        assert gc.collect() == 0
    finally:
        gc.enable()


async def test_a_task_group_fails_its_own_coroutine_only() -> None:
    async def fail() -> None:
        raise ValueError("group")

    async def work(number: int) -> str:
        async with asyncio.TaskGroup() as group:
            if number == 0:
                group.create_task(fail())
            await asyncio.sleep(0.01)
        return "fine"

    result = await _run(work)
    assert _done(result) == [None, "fine", "fine"]
    assert [error.path for error in result.errors or ()] == [["jobs", 0, "done"]]


async def test_each_keeps_one_current_task_to_its_end() -> None:
    seen: list[set[int]] = []

    async def work(number: int) -> str:
        tasks = [asyncio.current_task()]
        names = set()
        for _ in range(3):
            await asyncio.sleep(0)
            task = asyncio.current_task()
            assert task is not None
            tasks.append(task)
            names.add(task.get_name())
        assert len(names) == 1
        seen.append({id(task) for task in tasks})
        return "done"

    me = asyncio.current_task()
    assert _done(await _run(work)) == ["done"] * 3
    assert asyncio.current_task() is me
    assert [len(ids) for ids in seen] == [1, 1, 1]
    assert len(set.union(*seen)) == 3


async def test_one_may_cancel_itself_as_a_task_may() -> None:
    async def work(number: int) -> str:
        task = asyncio.current_task()
        assert task is not None
        if number == 1:
            asyncio.get_running_loop().call_soon(task.cancel)
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            return "cancelled"
        return "done"

    assert _done(await _run(work)) == ["done", "cancelled", "done"]


async def test_context_variables_reach_an_objects_own_fields_and_no_others() -> None:
    result = await _run(None, "{ jobs { labelled { text lateText } } }")
    assert result.data is not None
    expected = [{"labelled": {"text": f"job {n}", "lateText": f"job {n}"}} for n in range(3)]
    assert result.data["jobs"] == expected
    assert label.get() == "none"


async def test_cancelling_the_request_cancels_what_it_waits_for_and_lets_it_clean_up() -> None:
    ended: list[int] = []
    started = asyncio.Event()

    async def work(number: int) -> None:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            ended.append(number)

    request = asyncio.create_task(_run(work))
    await started.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert ended == [0, 1, 2]


async def test_an_exception_is_its_own_fields_error() -> None:
    async def work(number: int) -> str:
        await asyncio.sleep(0)
        if number == 1:
            raise ValueError("bad job")
        return "good"

    result = await _run(work)
    assert _done(result) == ["good", None, "good"]
    assert [(error.message, error.path) for error in result.errors or ()] == [
        ("bad job", ["jobs", 1, "done"])
    ]


async def test_one_future_may_be_awaited_by_many() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.005, future.set_result, "shared")

    async def work(number: int) -> str:
        return await future

    assert _done(await _run(work)) == ["shared"] * 3


async def test_plain_futures_and_tasks_are_awaited_too() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "task"

    assert _done(await _run(lambda number: asyncio.ensure_future(work()))) == ["task"] * 3
