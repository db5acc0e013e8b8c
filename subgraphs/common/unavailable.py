"""Is an error the absence of a server of ours? Decided here for all: what clients are told, whether an event
is given up, whether a task's failure needs a traceback.

In: any exception, as it came out of a driver or wrapped. Out: whether trying again later may help by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import asyncpg
import httpx
from redis import exceptions as redis
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# No connection, or none in time: OSError is the builtin ConnectionError, TimeoutError, a failed look-up too.
_AWAY = (OSError, httpx.TransportError, aiohttp.ClientConnectionError, PoolTimeout)
_VALKEY_AWAY = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.ReadOnlyError,  # a primary that became a replica
    redis.ClusterDownError,
    redis.MasterDownError,
    redis.TryAgainError,
    redis.OutOfMemoryError,
)
# asyncpg's own: the connection is closed or in a state that fits no statement.
_POSTGRES_AWAY = (asyncpg.InterfaceError, asyncpg.InternalClientError)
# Classes of SQLSTATE (PostgreSQL, appendix A): connection, rolled back for others' sake, resources, operator
# (57014 is a statement over its time, 57P03 a server that is starting).
_PASSING_CLASSES = ("08", "40", "53", "57")
# Read-only transaction (a replica since now), idle in transaction for too long, a lock not to be had.
_PASSING_STATES = frozenset({"25006", "25P03", "55P03"})
# Of these the server is well, and only this statement was not: over its time, or in another's way.
_BUSY = ("40", "55P03", "57014")


def is_unavailable(error: BaseException) -> bool:
    """Whether a server is away, restarting or too busy; of a group: whether that is so of all in it."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_unavailable(each) for each in error.exceptions)
    return any(_is_passing(each) for each in _with_causes(error))


def is_away(error: BaseException) -> bool:
    """Whether nothing else could be done at that server either: waiting blocks nobody who could go on."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_away(each) for each in error.exceptions)
    states = [str(getattr(each, "sqlstate", None) or "") for each in _with_causes(error)]
    return is_unavailable(error) and not any(state.startswith(_BUSY) for state in states)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """SQLAlchemy wraps the driver's error twice; each stands as the cause of the next."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or getattr(error, "orig", None)


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    if _is_bad_argument(error):
        return False
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state[:2] in _PASSING_CLASSES or state in _PASSING_STATES
    return isinstance(error, _AWAY + _VALKEY_AWAY + _POSTGRES_AWAY)


def _is_bad_argument(error: BaseException) -> bool:
    """An argument that asyncpg cannot write is an InterfaceError, and a ValueError or TypeError as well."""
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError | TypeError)
