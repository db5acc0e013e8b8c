"""What may be said of an exception where people read it for years: never the data that it was about.

Drivers put values into their texts: PostgreSQL's DETAIL has "Key (phone)=(…)", Valkey's refusals repeat the
command, pydantic's show the input. So the text of an exception is shown only if its type's texts hold none;
of all others the type, and what identifies the fault: SQLSTATE, table, constraint, statement, lines of code.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import asyncpg
import httpx
from pydantic import ValidationError
from redis import exceptions as redis
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .errors import CodedError

_WITHOUT_DATA = (
    CodedError,
    OSError,
    TypeError,
    AttributeError,
    NameError,
    ImportError,
    IndexError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    asyncpg.InternalClientError,
    httpx.TransportError,
    redis.ConnectionError,
    redis.TimeoutError,
)
# Of PostgreSQL's errors those whose first line names our own tables and settings alone (data exceptions,
# class 22, quote the value).
_CLASSES_WITHOUT_DATA = frozenset(
    ("08", "0A", "23", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58")
)
_LONGEST_STATEMENT = 500


class Describable(Exception):
    """An exception of our own whose text holds no data."""


def describe(error: BaseException) -> str:
    """One line: `Type: text`, or as much of it as may be shown."""
    text = _text(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def describe_with_traceback(error: BaseException) -> str:
    """Like Python's own traceback, with the chain of causes, by the same rule."""
    return "\n".join(_chain(error, set()))


def _text(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        return _of_statement(error)
    if isinstance(error, asyncpg.PostgresError):
        return _of_postgres(error)
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in error.errors())
    if isinstance(error, redis.ResponseError):
        # "WRONGTYPE Operation against …"; a pipeline's is "Command # 1 (…) of pipeline caused error: …".
        word = str(error).partition(" ")[0]
        return word if word.isupper() else ""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(describe(each) for each in error.exceptions)
    shown = isinstance(error, (*_WITHOUT_DATA, Describable)) or _is_of_a_connection(error)
    return " ".join(str(error).split()) if shown else ""


def _is_of_a_connection(error: BaseException) -> bool:
    """Those of asyncpg's own that are about an argument are ValueErrors; a DBAPI's came before."""
    if isinstance(error, ValueError):
        return False
    return isinstance(error, asyncpg.InterfaceError | SQLAlchemyError)


def _of_statement(error: DBAPIError) -> str:
    cause = error.orig.__cause__ if error.orig else None
    statement = " ".join((error.statement or "").split())[:_LONGEST_STATEMENT]
    return "; ".join(filter(None, (describe(cause) if cause else "", statement)))


def _of_postgres(error: asyncpg.PostgresError) -> str:
    state = error.sqlstate or ""
    text = str(error.args[0]) if error.args and state[:2] in _CLASSES_WITHOUT_DATA else ""
    place = [getattr(error, name, None) for name in ("schema_name", "table_name", "constraint_name")]
    return " ".join(filter(None, (text, state, *place)))


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _chain(before, seen)
        yield "Which led to:"
    yield from traceback.format_tb(error.__traceback__)
    yield describe(error)
    if isinstance(error, BaseExceptionGroup):
        for number, each in enumerate(error.exceptions, 1):
            yield f"{number} of {len(error.exceptions)}:"
            yield from _chain(each, seen)
