"""A value to come, told at once: what a fetch or a run gives before it is answered.

Like ``asyncio.Future``, but its callbacks are called where the value is set, not in the event loop's next
round. So an answer is decoded while its bytes are still in the processor's cache: at 50 requests in flight a
round holds megabytes of them. It can be awaited, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Eventual(Generic[T]):
    """One value or exception, set once. Cancelled by whoever awaits it and is cancelled."""

    __slots__ = ("_callbacks", "_done", "_error", "_source", "_value")

    _value: T

    def __init__(self) -> None:
        self._done = False
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Any], object]] = []
        self._source: Eventual[Any] | None = None

    def done(self) -> bool:
        """Whether there is a value, an exception, or nobody waits any more."""
        return self._done

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return isinstance(self._error, asyncio.CancelledError)

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
        self._tell()

    def set_exception(self, error: BaseException) -> None:
        """Tell that there will be no value."""
        if self._done:
            raise asyncio.InvalidStateError
        self._error = error
        self._tell()

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
        else:
            self._callbacks.append(callback)

    def then(self, convert: Callable[[Eventual[T]], U], *, shared: bool = False) -> Eventual[U]:
        """A value made from this one when it is done. Giving that up gives this up too, unless ``shared``."""
        derived: Eventual[U] = Eventual()
        if not shared:
            derived._source = self
        self.add_done_callback(partial(_convert, derived, convert))
        return derived

    def _tell(self) -> None:
        self._done = True
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback(self)
            except Exception as error:
                context = {"message": "A callback failed.", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)

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
