"""The embedded servers: they start empty, answer, and recover what a killed run left behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from stack.embedded import Servers, postgres, valkey
from stack.embedded.binaries import BinaryMissing, postgres_version
from stack.home import Home
from stack.servers.trouble import Code, Troubles


async def test_each_shard_is_a_database_of_its_own(servers: Servers) -> None:
    names = []
    for dsn in (*servers.shards, servers.search):
        connection = await asyncpg.connect(dsn)
        names.append(await connection.fetchval("SELECT current_database()"))
        await connection.close()
    assert names == ["shard0", "shard1", "shard2", "shard3", "search"]


async def test_search_extensions_are_available(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.search)
    rows = await connection.fetch("SELECT name FROM pg_available_extensions")
    await connection.close()
    assert {"pg_trgm", "unaccent", "earthdistance", "cube", "btree_gin"} <= {row["name"] for row in rows}


async def test_valkey_is_empty_for_each_test(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "over")


async def test_valkey_is_empty_again_for_the_next_test(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url) as client:
        assert await client.dbsize() == 0


async def test_valkey_asks_for_its_password(servers: Servers) -> None:
    password = urlsplit(servers.valkey).password
    assert password
    async with Redis.from_url(servers.valkey.replace(f":{password}@", "")) as stranger:
        for command in ("PING", "CONFIG GET dir", "INFO"):
            with pytest.raises(AuthenticationError):
                await cast("Any", stranger).execute_command(*command.split())


def test_its_password_stands_where_the_user_alone_can_read_it(home: Home) -> None:
    command = valkey.prepare(home, 1)
    password = urlsplit(valkey.url(home, 1)).password
    assert password
    assert not any(password in word for word in command.argv)
    with_it = [file for file in home.root.rglob("*") if file.is_file() and password in file.read_text()]
    assert {file.name for file in with_it} == {"valkey-password", "valkey.conf"}
    assert {file.stat().st_mode & 0o777 for file in with_it} == {0o600}


@pytest.fixture
def home() -> Iterator[Home]:
    """A home that the servers' own account may enter."""
    root = Path(tempfile.mkdtemp(prefix="waybill-initdb-"))
    root.chmod(0o711)
    home = Home(root / "home")
    home.create()
    yield home
    shutil.rmtree(root)


def fake_postgres(home: Home, initdb: str) -> Path:
    """Programs that say a version, and fail as told."""
    programs = home.root.parent / "bin"
    programs.mkdir(mode=0o755)
    for name, script in {"postgres": "echo postgres 18.0", "initdb": initdb}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    return programs


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'initdb: error: no room' >&2; exit 1", "initdb: error: no room"),
        ("exit 3", "it ended with exit code 3 and said nothing"),
    ],
)
def test_a_failing_initdb_is_a_code_with_what_it_said(
    home: Home, script: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = fake_postgres(home, script)
    monkeypatch.setattr(postgres, "find_postgres", lambda account, state: programs)
    with pytest.raises(Troubles) as raised:
        postgres.prepare(home, 1)
    (trouble,) = raised.value.troubles
    assert trouble.code is Code.CLUSTER
    assert said in trouble.fix
    assert "--postgres" in trouble.fix
    assert not (home.postgres / "password").exists()


def test_a_server_that_does_not_run_here_is_told_with_what_to_do(home: Home) -> None:
    programs = fake_postgres(home, "exit 0")
    (programs / "postgres").write_text("#!/nowhere/interpreter\n")
    with pytest.raises(BinaryMissing, match=r"does not run here: .*--postgres"):
        postgres_version(programs)
