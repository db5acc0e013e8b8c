"""No line of the router's log holds anybody's data: exceptions are told by type and place."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import sys
from collections.abc import Callable, Iterator

import msgspec
import pytest

from router.observation.logs import Handler, log_the_end, set_up_logs
from router.settings import ServerSettings

MARK = "+201066677788"
log = logging.getLogger("router.test")


@pytest.fixture(params=["json", "text"])
def logs(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """What this process has written to its log."""
    root = logging.getLogger()
    before = root.handlers, root.level, sys.excepthook
    set_up_logs(ServerSettings(log_format=request.param, log_level="debug"))
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written.getvalue
    root.handlers, sys.excepthook = before[0], before[2]
    root.setLevel(before[1])


def logged(error: BaseException) -> None:
    try:
        raise error
    except BaseException:
        log.exception("It failed", extra={"request_id": "r1"})


@pytest.mark.parametrize(
    "error", [ValueError(MARK), KeyError(MARK), Exception({"phone": MARK}), UnicodeError(MARK)], ids=repr
)
def test_texts_that_may_quote_data_are_left_out(logs: Callable[[], str], error: Exception) -> None:
    logged(error)
    written = logs()
    assert MARK not in written
    assert type(error).__name__ in written
    assert "test_logs.py" in written
    assert "in logged" in written
    assert "r1" in written


def test_a_decoders_text_is_left_out_with_what_it_led_to(logs: Callable[[], str]) -> None:
    try:
        try:
            msgspec.convert({"phone": MARK}, dict[str, int])
        except msgspec.ValidationError as error:
            raise ExceptionGroup(MARK, [LookupError(MARK)]) from error
    except ExceptionGroup:
        log.exception("It failed")
    written = logs()
    assert MARK not in written
    for name in ("ValidationError", "ExceptionGroup", "LookupError"):
        assert name in written


def test_texts_of_the_machine_and_of_code_stay(logs: Callable[[], str]) -> None:
    logged(ConnectionRefusedError(111, "Connection refused"))
    logged(TypeError("'NoneType' object is not iterable"))
    assert "Connection refused" in logs()
    assert "'NoneType' object is not iterable" in logs()


async def test_a_task_that_nobody_awaits_is_told_without_its_exceptions_text(logs: Callable[[], str]) -> None:
    async def fail() -> None:
        raise ValueError(MARK)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    assert "Task exception was never retrieved" in logs()
    assert MARK not in logs()


def test_the_exception_that_ends_the_process_is_told_likewise(logs: Callable[[], str]) -> None:
    assert sys.excepthook is log_the_end
    error = ValueError(MARK)
    sys.excepthook(ValueError, error, None)
    assert "The process ends" in logs()
    assert MARK not in logs()


def test_a_line_that_cannot_be_written_shows_nothing_of_it(
    logs: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    class Unwritable:
        def __str__(self) -> str:
            raise ValueError(MARK)

    handler = next(each for each in logging.getLogger().handlers if isinstance(each, Handler))
    handler.handle(logging.makeLogRecord({"name": "router.test", "msg": "%s", "args": (Unwritable(),)}))
    told = capfd.readouterr().err
    assert "router.test could not be logged: ValueError" in told
    assert MARK not in logs() + told
