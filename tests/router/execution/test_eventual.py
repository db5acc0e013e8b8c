"""A value that is told at once, and awaited like a future."""

from __future__ import annotations

import asyncio

import pytest

from router.execution.transport import Eventual


def _text(done: Eventual[int]) -> str:
    return str(done.result())


async def test_callbacks_are_called_where_the_value_is_set() -> None:
    told: list[int] = []
    value: Eventual[int] = Eventual()
    value.add_done_callback(lambda done: told.append(done.result()))
    value.set_result(1)
    assert told == [1]


async def test_a_callback_that_comes_late_is_called_in_the_next_round() -> None:
    told: list[int] = []
    value: Eventual[int] = Eventual()
    value.set_result(1)
    value.add_done_callback(lambda done: told.append(done.result()))
    assert told == []
    await asyncio.sleep(0)
    assert told == [1]


async def test_it_is_awaited_before_and_after_it_is_there() -> None:
    value: Eventual[str] = Eventual()
    waiting = asyncio.ensure_future(value)
    await asyncio.sleep(0)
    value.set_result("here")
    assert (await waiting, await value) == ("here", "here")


async def test_it_raises_what_went_wrong() -> None:
    value: Eventual[str] = Eventual()
    value.set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await value


async def test_it_is_set_once() -> None:
    value: Eventual[int] = Eventual()
    value.set_result(1)
    with pytest.raises(asyncio.InvalidStateError):
        value.set_result(2)
    assert not value.cancel()


async def test_who_is_cancelled_while_awaiting_gives_up_the_source_too() -> None:
    source: Eventual[int] = Eventual()
    waiting = asyncio.ensure_future(source.then(Eventual.result))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert source.cancelled()


async def test_a_shared_source_goes_on_without_the_one_who_left() -> None:
    source: Eventual[int] = Eventual()
    left, stayed = source.then(_text, shared=True), source.then(_text, shared=True)
    left.cancel()
    source.set_result(1)
    assert (left.cancelled(), stayed.result()) == (True, "1")


async def test_a_callback_that_fails_keeps_no_other_from_being_called() -> None:
    loop, told, reported = asyncio.get_running_loop(), [], []
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    try:
        value: Eventual[int] = Eventual()
        value.add_done_callback(lambda _: 1 // 0)
        value.add_done_callback(lambda done: told.append(done.result()))
        value.set_result(1)
    finally:
        loop.set_exception_handler(None)
    assert told == [1]
    assert isinstance(reported[0], ZeroDivisionError)
