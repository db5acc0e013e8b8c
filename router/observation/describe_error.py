"""What is said of an exception in a log: its type and place, never the data that it was about.

A decoder's text quotes the answer, a ValueError the argument, a KeyError the key: any of them may be
somebody's phone. So the text stands only where its type's texts hold none. The subgraphs' logs go by the
same rule.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import httpx

_WITHOUT_DATA = (
    OSError,
    TypeError,
    AttributeError,
    NameError,
    ImportError,
    IndexError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    httpx.TransportError,
)


def describe(error: BaseException) -> str:
    """One line: ``Type: text``, or the type alone."""
    text = " ".join(str(error).split()) if isinstance(error, _WITHOUT_DATA) else ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def describe_with_traceback(error: BaseException) -> str:
    """Like Python's own traceback, with the chain of causes, by the same rule."""
    return "\n".join(line.rstrip("\n") for line in _chain(error, set()))


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _chain(before, seen)
        yield "Which led to:"
    yield from traceback.format_tb(error.__traceback__)
    yield describe(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            if id(each) not in seen:
                yield from _chain(each, seen)
