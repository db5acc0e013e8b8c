"""A server of ours that is away is UNAVAILABLE, by whatever exception it shows; our own faults are not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import httpx
import pytest
import redis
import strawberry
from graphql import GraphQLError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from search import SearchUnavailable
from subgraphs.common.execution.present_error import present_error
from subgraphs.common.plain_database import PlainDatabase
from subgraphs.common.process import Connections, connect
from subgraphs.common.settings import CommonSettings
from subgraphs.common.unavailable import is_away, is_unavailable

AWAY = [
    ConnectionRefusedError(111, "Connect call failed"),
    OSError("Multiple exceptions: [Errno 111] Connect call failed"),
    socket.gaierror(-2, "Name or service not known"),
    TimeoutError(),
    PoolTimeout("QueuePool limit"),
    asyncpg.CannotConnectNowError("the database system is in recovery mode"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("got result for unknown protocol state 3"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.CrashShutdownError("terminating connection because of crash of another server process"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction"),
    redis.ConnectionError("Error 111 connecting to 127.0.0.1:6379."),
    redis.TimeoutError("Timeout reading from socket"),
    redis.BusyLoadingError("Redis is loading the dataset in memory"),
    redis.ReadOnlyError("You can't write against a read only replica."),
    redis.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
    httpx.ConnectError("All connection attempts failed"),
    httpx.ReadTimeout("timed out"),
    aiohttp.ServerDisconnectedError(),
    SearchUnavailable("503"),
]
BUSY = [
    asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    asyncpg.LockNotAvailableError("canceling statement due to lock timeout"),
    asyncpg.DeadlockDetectedError("deadlock detected"),
]
OURS = [
    ZeroDivisionError("division by zero"),
    KeyError("phone"),
    asyncpg.UniqueViolationError("duplicate key value violates unique constraint"),
    asyncpg.UndefinedTableError('relation "orders" does not exist'),
    asyncpg.CheckViolationError("no partition of relation found for row"),
    asyncpg.exceptions._base.DataError("invalid input for query argument $1"),
    redis.ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value"),
    ExceptionGroup("some", [ConnectionError(), ZeroDivisionError()]),
]


def code_of(error: Exception) -> object:
    """What a client sees when a resolver raises it."""
    presented = present_error(GraphQLError("any", original_error=error))
    assert presented.extensions
    return presented.extensions["code"]


def name(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("error", [*AWAY, *BUSY], ids=name)
def test_a_server_that_is_away_or_busy_is_unavailable(error: Exception) -> None:
    assert code_of(error) == "UNAVAILABLE"


@pytest.mark.parametrize("error", OURS, ids=name)
def test_a_fault_of_ours_stays_one(error: Exception) -> None:
    assert code_of(error) == "INTERNAL_SERVER_ERROR"


def test_a_busy_server_is_not_away() -> None:
    assert all(map(is_away, AWAY))
    assert not any(map(is_away, BUSY))


def test_a_group_is_away_if_all_in_it_are() -> None:
    assert is_unavailable(ExceptionGroup("all", [ConnectionError(), TimeoutError()]))


@pytest.fixture
async def connections(shards: tuple[str, ...], valkey_url: str) -> AsyncIterator[Connections]:
    settings = CommonSettings(shards=shards, valkey_url=valkey_url, statement_timeout_ms=100)
    async with connect(settings) as opened:
        yield opened


async def test_what_the_engine_raises_for_a_slow_statement_and_a_killed_connection(
    connections: Connections,
) -> None:
    statements = ["SELECT pg_sleep(60)", "SELECT pg_terminate_backend(pg_backend_pid())"]
    for statement in statements:
        with pytest.raises(DBAPIError) as raised:
            await connections.shards.fetch(0, text(statement), "test")
        assert is_unavailable(raised.value), statement
    with pytest.raises(DBAPIError) as raised:
        await connections.shards.fetch(0, text("SELECT 1 / 0"), "test")
    assert not is_unavailable(raised.value)


async def test_nobody_at_an_address_is_unavailable_for_every_client_that_we_have(valkey_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    dsn = f"postgresql://nobody:secret@127.0.0.1:{port}/none"
    settings = CommonSettings(shards=(dsn,), valkey_url=f"redis://127.0.0.1:{port}/0")
    async with connect(settings) as opened:
        attempts = [
            opened.shards.fetch(0, text("SELECT 1"), "test"),
            opened.valkey.ping(),
            opened.http.get(f"http://127.0.0.1:{port}/"),
            PlainDatabase(dsn).fetch("SELECT 1"),
        ]
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [is_away(each) for each in outcomes if isinstance(each, Exception)] == [True] * 4


async def test_a_resolver_that_meets_it_says_so() -> None:
    from subgraphs.common.execution import CompiledExecutor, FederatedSchema, Operation, StrawberryExecutor

    @strawberry.type
    class Query:
        @strawberry.field
        async def order(self) -> str | None:
            raise asyncpg.CannotConnectNowError("the database system is starting up")

    schema = FederatedSchema(query=Query)
    for executor in (CompiledExecutor(schema), StrawberryExecutor(schema)):
        answer = await executor.execute(Operation("{ order }"), None)  # type: ignore[arg-type]
        assert [error.extensions and error.extensions["code"] for error in answer.errors] == ["UNAVAILABLE"]
