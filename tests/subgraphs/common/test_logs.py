"""No log has anybody's data: every entry point is made to fail with marked values, and all logs are read."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import BaseModel
from redis.asyncio import Redis
from sqlalchemy import text

from stack.embedded import Servers
from subgraphs.common import logs as log_module
from subgraphs.common.describe_error import describe
from subgraphs.common.events import Consumer
from subgraphs.common.ids import new_id
from subgraphs.common.logs import configure_logs
from subgraphs.common.outbox import emit
from subgraphs.common.process import Connections, connect
from subgraphs.common.relay import publish_batch
from subgraphs.common.settings import CommonSettings
from subgraphs.users.app import create_app
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.users.accounts import REGISTER, new_phone

MARK = "zyxwv-marked"


@pytest.fixture(params=["json", "text"])
def logs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """What this process has written to its standard error."""
    written = io.StringIO()
    # Not sys.stderr, which pytest changes between a fixture and its test.
    monkeypatch.setattr(log_module, "Handler", partial(log_module.Handler, written))
    before = logging.getLogger().handlers[:], sys.excepthook
    configure_logs("DEBUG", request.param)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    yield written.getvalue
    logging.getLogger().handlers[:], sys.excepthook = before


@pytest.fixture
async def connections(shards: tuple[str, ...], valkey_url: str) -> AsyncIterator[Connections]:
    settings = CommonSettings(shards=shards, valkey_url=valkey_url, events_idle_ms=0, events_attempts=1)
    async with connect(settings) as opened:
        yield opened


@asynccontextmanager
async def locked(dsns: tuple[str, ...], table: str) -> AsyncIterator[None]:
    """Nobody writes to the table meanwhile."""
    connections = [await asyncpg.connect(dsn) for dsn in dsns]
    for connection in connections:
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN SHARE MODE")
    yield
    for connection in connections:
        await connection.close()


async def raised_by(attempt: Awaitable[object]) -> Exception:
    try:
        await attempt
    except Exception as error:
        return error
    raise AssertionError("it went well")


async def postgres_log(servers: Servers) -> str:
    connection = await asyncpg.connect(servers.shards[0])
    data: str = await connection.fetchval("SHOW data_directory")
    await connection.close()
    roots = [folder for folder in Path(data).parents if (folder / "logs" / "postgres.log").exists()]
    return (roots[0] / "logs" / "postgres.log").read_text()


async def test_a_registration_that_fails_in_the_database(
    logs: Callable[[], str], servers: Servers, shards: tuple[str, ...], valkey_url: str, tmp_path: Path
) -> None:
    settings = UsersSettings(
        shards=shards,
        valkey_url=valkey_url,
        signing_key_file=tmp_path / "key.pem",
        statement_timeout_ms=1_200,  # above what PostgreSQL logs as slow
        log_level="DEBUG",
    )
    phone = new_phone()
    values = {"name": MARK, "phone": phone, "password": f"{MARK}-password", "email": f"{MARK}@example.com"}
    async with serve(create_app(settings)) as users, locked(shards, "users.users"):
        reply = await users.send(REGISTER, input=values)
    assert [*reply.codes] == ["UNAVAILABLE"]
    told = logs() + await postgres_log(servers)
    assert "QueryCanceledError" in told
    assert "INSERT INTO users.users" in told
    for secret in (MARK, phone.lstrip("+"), "argon2id"):
        assert secret not in told


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users.phone_claims (phone, tenant_id, user_id) VALUES (:mark, :mark, NULL)",
        "INSERT INTO users.users (id, tenant_id, name, phone, role, region, password_hash) "
        "VALUES (gen_random_uuid(), 't', :mark, :mark, :mark, 'r', :mark)",
        "SELECT CAST(CAST(:mark AS text) AS integer)",
        "SELECT CAST(CAST(:mark AS text) AS jsonb)",
        "SELECT CAST(:mark AS uuid)",
    ],
)
async def test_what_the_database_refuses(
    logs: Callable[[], str], connections: Connections, servers: Servers, statement: str
) -> None:
    async def run() -> None:
        async with connections.shards.transaction_on(0) as session:
            await session.execute(text(statement), {"mark": MARK})

    error = await raised_by(run())
    logging.getLogger("test").error("refused", exc_info=error, extra={"why": describe(error)})
    assert "refused" in logs()
    assert MARK not in logs()


async def test_what_valkey_refuses(logs: Callable[[], str], connections: Connections) -> None:
    await connections.valkey.set("text", "1")
    async with connections.valkey.pipeline(transaction=False) as pipe:
        pipe.geoadd("text", (31.25, 30.5, MARK))
        error = await raised_by(pipe.execute())
    logging.getLogger("test").error("refused", exc_info=error)
    assert "ResponseError" in logs()
    assert MARK not in logs()
    assert "31.25" not in logs()


async def test_an_event_that_a_consumer_cannot_handle(
    logs: Callable[[], str], connections: Connections
) -> None:
    async def handle(events: object) -> None:
        raise ValueError(MARK)

    settings = CommonSettings(shards=("none",), events_idle_ms=0, events_attempts=1)
    key = new_id()
    async with connections.shards.transaction(key) as session:
        await emit(session, "order.status", key, {"street": MARK}, tenant="main")
    for shard in connections.shards.all:
        await publish_batch(shard, connections.shards, connections.valkey, settings)
    consumer = Consumer(connections.valkey, ["orders"], "test", handle, settings=settings)
    await consumer.prepare()
    await consumer.step(block_ms=1)
    assert "event not handled" in logs()
    assert MARK not in logs()


async def test_an_event_that_nobody_can_publish_is_put_aside_and_blocks_none(
    logs: Callable[[], str], connections: Connections
) -> None:
    key, settings = new_id(0), CommonSettings(shards=("none",))
    async with connections.shards.transaction_on(0) as session:
        await session.execute(text("TRUNCATE waybill.outbox"))
        await session.execute(
            text(
                "INSERT INTO waybill.outbox (id, tenant_id, topic, key, payload) "
                "VALUES (:id, 'main', 'nobody.knows', :id, CAST(:payload AS jsonb))"
            ),
            {"id": key, "payload": json.dumps({"street": MARK})},
        )
        await emit(session, "order.status", key, {}, tenant="main")
    assert await publish_batch(0, connections.shards, connections.valkey, settings) == 2
    assert await connections.valkey.xlen("waybill:events:orders") == 1
    assert await connections.valkey.xlen("waybill:events:dead") == 1
    assert "event not published" in logs()
    assert MARK not in logs()


class Input(BaseModel):
    total: int


async def test_the_exception_that_nobody_takes_and_the_one_that_ends_the_process(
    logs: Callable[[], str],
) -> None:
    async def fail() -> None:
        raise ExceptionGroup("some", [ValueError(MARK), KeyError(MARK)])

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    try:
        Input.model_validate({"total": MARK})
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = logs()
    assert "Task exception was never retrieved" in told
    assert "total: int_parsing" in told
    assert MARK not in told


async def test_a_traceback_leads_to_the_line_and_to_the_cause(logs: Callable[[], str]) -> None:
    try:
        try:
            raise ConnectionRefusedError(111, "Connect call failed")
        except OSError as error:
            raise ValueError(MARK) from error
    except ValueError as error:
        told = describe(error)
        logging.getLogger("test").exception("failed")
    assert told == "ValueError"
    assert "ConnectionRefusedError: [Errno 111] Connect call failed" in logs()
    assert "Which led to:" in logs()
    assert "test_logs.py" in logs()


async def test_a_refusal_of_valkeys_is_told_by_its_first_word(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url, decode_responses=True) as valkey:
        await valkey.set("text", "1")
        command: Any = valkey.lpush("text", MARK)
        assert describe(await raised_by(command)) in ("ResponseError: WRONGTYPE", "ResponseError")


async def test_a_line_that_cannot_be_written_shows_nothing_of_it(
    logs: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    logging.getLogger().handlers[0].stream.close()  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "__stderr__", shown)
    try:
        raise ValueError(MARK)
    except ValueError:
        logging.getLogger("test").exception("failed: %s", MARK)
    assert shown.getvalue() == "a line of test could not be logged: ValueError\n"
