"""A value to come, told at once: what a fetch or a run gives before it is answered.

Like ``asyncio.Future``, but its callbacks are called where the value is set, not in the event loop's next
round. So an answer is decoded while its bytes are still in the processor's cache: at 50 requests in flight a
round holds megabytes of them. It can be awaited, too. Mostly one waits for it, and is told without a list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
U = TypeVar("U")

Callback: TypeAlias = Callable[[Any], object]


class Eventual(Generic[T]):
    """One value or exception, set once. Cancelled by whoever awaits it and is cancelled."""

    __slots__ = ("_callback", "_convert", "_done", "_error", "_source", "_value")

    _value: T

    def __init__(self) -> None:
        self._done = False
        self._error: BaseException | None = None
        self._callback: Callback | None = None
        self._convert: Callable[[Any], Any] | None = None
        self._source: Eventual[Any] | None = None

    def done(self) -> bool:
        """Whether there is a value, an exception, or nobody waits any more."""
        return self._done

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._error is not None and isinstance(self._error, asyncio.CancelledError)

    def result(self) -> T:
        """The value; raises the exception."""
        if self._error is not None:
            raise self._error
        if not self._done:
            raise asyncio.InvalidStateError
        return self._value

    def set_result(self, value: T) -> None:
        """Tell the value."""
        if self._done:
            raise asyncio.InvalidStateError
        self._value = value
        self._done = True
        if self._convert is not None:
            self._turn(self._convert)
        callback = self._callback
        if callback is not None:
            self._callback = None
            try:
                callback(self)
            except Exception as error:
                report_failed(error)

    def set_exception(self, error: BaseException) -> None:
        """Tell that there will be no value."""
        if self._done:
            raise asyncio.InvalidStateError
        self._error = error
        self._done = True
        if self._convert is not None and not self.cancelled():
            self._turn(self._convert)
        callback, self._callback = self._callback, None
        if callback is not None:
            call(callback, self)

    def cancel(self) -> bool:
        """Give up: what it was made from is given up as well."""
        if self._done:
            return False
        self.set_exception(asyncio.CancelledError())
        if self._source is not None:
            self._source.cancel()
        return True

    def add_done_callback(self, callback: Callable[[Eventual[T]], object]) -> None:
        """Call with this when it is done; in the next round of the loop if it is done already."""
        if self._done:
            asyncio.get_running_loop().call_soon(callback, self)
        elif self._callback is None:
            self._callback = callback
        elif type(self._callback) is Callbacks:
            self._callback.append(callback)
        else:
            self._callback = Callbacks((self._callback, callback))

    def then(self, convert: Callable[[Eventual[T]], U], *, shared: bool = False) -> Eventual[U]:
        """A value made from this one when it is done. Giving that up gives this up too, unless ``shared``."""
        derived: Eventual[U] = Eventual()
        if not shared:
            derived._source = self
        self.add_done_callback(partial(_convert, derived, convert))
        return derived

    def turned(self, convert: Callable[[Eventual[T]], U]) -> Eventual[U]:
        """This one itself, to hold what ``convert`` makes of its value: for who alone has it, before others.

        What ``then`` gives, without a second one.
        """
        if not self._done:
            self._convert = convert
        elif not self.cancelled():
            self._turn(convert)
        return self  # type: ignore[return-value]  # it has become that

    def _turn(self, convert: Callable[[Any], Any]) -> None:
        try:
            self._value = convert(self)
        except BaseException as error:
            self._error = error
        else:
            self._error = None

    def __await__(self) -> Generator[Any, None, T]:
        if not self._done:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.add_done_callback(partial(_wake, waiter))
            try:
                yield from waiter
            except asyncio.CancelledError:
                self.cancel()
                raise
        return self.result()


class Callbacks(list[Callback]):
    """Several that wait for one value, called in order."""

    def __call__(self, done: Eventual[Any]) -> None:
        """Tell each."""
        for callback in self:
            call(callback, done)


def call(callback: Callback, done: Eventual[Any]) -> None:
    """Tell one who waits; who fails then keeps no other from being told."""
    try:
        callback(done)
    except Exception as error:
        report_failed(error)


def report_failed(error: Exception) -> None:
    """A bug of who waited: the event loop's to tell."""
    context = {"message": "A callback failed.", "exception": error}
    asyncio.get_running_loop().call_exception_handler(context)


def _convert(derived: Eventual[U], convert: Callable[[Eventual[T]], U], source: Eventual[T]) -> None:
    if derived._done:
        return
    try:
        value = convert(source)
    except BaseException as error:
        derived.set_exception(error)
    else:
        derived.set_result(value)


def _wake(waiter: asyncio.Future[None], _: Eventual[Any]) -> None:
    if not waiter.done():
        waiter.set_result(None)
