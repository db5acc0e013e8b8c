"""Servers that somebody gives us: what is wrong with one is said by a code, its address and what to do."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from search.postgres import tables
from stack.embedded import Servers
from stack.embedded.ports import free_ports
from stack.servers.needs import SEARCH_EXTENSIONS, SHARD_EXTENSIONS
from stack.servers.probe_elasticsearch import ElasticsearchServer
from stack.servers.probe_postgres import PostgresServer
from stack.servers.probe_valkey import ValkeyServer
from stack.servers.tables import older_revisions
from stack.servers.trouble import Code, Trouble, Troubles
from stack.servers.wait import Server, wait_for
from subgraphs.common.migrate import ShardMisplaced, migrate

from .old_servers import elasticsearch_7, listening, postgres_12, redis_6


async def trouble_of(server: Server) -> Trouble:
    with pytest.raises(Trouble) as raised:
        await server.probe()
    return raised.value


def postgres(dsn: str, *, tables: bool = False) -> PostgresServer:
    return PostgresServer("shard 0", dsn, "WAYBILL_SHARDS", tables)


async def test_servers_that_fit_have_no_trouble(servers: Servers, shards: tuple[str, ...]) -> None:
    said: list[str] = []
    await wait_for([postgres(shards[0], tables=True), ValkeyServer(servers.valkey)], 5.0, said.append)
    assert said == []


async def test_an_address_where_nothing_listens_is_named_without_its_password() -> None:
    trouble = await trouble_of(postgres("postgresql://user:secret@127.0.0.1:1/shop"))
    assert trouble.code is Code.UNREACHABLE
    assert "shard 0 (127.0.0.1:1/shop)" in trouble.problem
    assert "WAYBILL_SHARDS" in trouble.fix
    assert "secret" not in str(trouble)


async def test_a_wrong_password_is_no_matter_of_waiting(servers: Servers) -> None:
    _, _, place = servers.shards[0].rpartition("@")
    trouble = await trouble_of(postgres(f"postgresql://waybill:wrong@{place}"))
    assert trouble.code is Code.REFUSES
    assert not trouble.passing


async def test_a_missing_database_is_waited_for_as_it_may_be_in_the_making(servers: Servers) -> None:
    trouble = await trouble_of(postgres(servers.shards[0].replace("shard0", "nowhere")))
    assert trouble.code is Code.REFUSES
    assert trouble.passing


async def test_what_is_no_address_is_a_wrong_setting() -> None:
    assert (await trouble_of(postgres("shard-1.internal"))).code is Code.SETTING
    assert (await trouble_of(postgres(""))).code is Code.SETTING
    assert (await trouble_of(ValkeyServer("shard-1.internal"))).code is Code.SETTING
    assert (await trouble_of(ElasticsearchServer("shard-1.internal"))).code is Code.SETTING


async def test_old_servers_are_refused_with_the_version_to_use() -> None:
    async with listening(postgres_12) as postgres_port, listening(redis_6) as redis_port:
        old: dict[str, Server] = {
            "version 12": postgres(f"postgresql://user@127.0.0.1:{postgres_port}/shop"),
            "version 6.2.14": ValkeyServer(f"redis://127.0.0.1:{redis_port}/0"),
        }
        async with listening(elasticsearch_7) as elasticsearch_port:
            old["version 7.17.28"] = ElasticsearchServer(f"http://127.0.0.1:{elasticsearch_port}")
            troubles = {version: await trouble_of(server) for version, server in old.items()}
    for version, trouble in troubles.items():
        assert trouble.code is Code.TOO_OLD
        assert version in trouble.problem
        assert not trouble.passing
    assert "PostgreSQL 14" in str(troubles["version 12"])
    assert "Redis 7.0" in str(troubles["version 6.2.14"])
    assert "8.19" in str(troubles["version 7.17.28"])


async def test_a_shard_in_anothers_place_is_refused(shards: tuple[str, ...]) -> None:
    for place in ((1, 4), (0, 3)):
        trouble = await trouble_of(PostgresServer("shard 1", shards[0], "WAYBILL_SHARDS", place=place))
        assert trouble.code is Code.MISPLACED
        assert "is shard 0 of 4 by its data" in trouble.problem
        assert not trouble.passing
    with pytest.raises(ShardMisplaced):
        await migrate(shards[1:])


async def test_the_extensions_looked_for_are_those_that_there_are(
    servers: Servers, shards: tuple[str, ...]
) -> None:
    connection = await asyncpg.connect(shards[0])
    there = {row["extname"] for row in await connection.fetch("SELECT extname FROM pg_extension")}
    await connection.close()
    assert there - {"plpgsql"} == set(SHARD_EXTENSIONS)
    made = re.findall(r"CREATE EXTENSION IF NOT EXISTS (\w+)", inspect.getsource(tables))
    assert set(made) == set(SEARCH_EXTENSIONS)


async def test_missing_tables_name_their_folders_and_the_command(servers: Servers) -> None:
    trouble = await trouble_of(postgres(servers.search, tables=True))
    assert trouble.code is Code.TABLES
    assert all(folder in trouble.problem for folder in older_revisions())
    assert "waybill migrate" in trouble.fix


async def test_every_folder_of_migrations_is_looked_at() -> None:
    assert set(older_revisions()) == {"common", "users", "orders", "riders", "catalog"}


async def test_all_troubles_come_at_once() -> None:
    nowhere: list[Server] = [postgres("postgresql://127.0.0.1:1/a"), ValkeyServer("redis://127.0.0.1:1/0")]
    with pytest.raises(Troubles) as raised:
        await wait_for(nowhere, 0.1, lambda text: None)
    assert [trouble.code for trouble in raised.value.troubles] == [Code.UNREACHABLE] * 2


async def test_a_server_that_comes_later_is_waited_for(servers: Servers) -> None:
    (port,) = free_ports(1)
    real = urlsplit(servers.valkey)
    later = servers.valkey.replace(f":{real.port}/", f":{port}/")
    waiting = asyncio.create_task(wait_for([ValkeyServer(later)], 30.0, print))
    await asyncio.sleep(0)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(real.hostname, real.port)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    async with await asyncio.start_server(pass_on, "127.0.0.1", port):
        await waiting


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def waybill(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stack", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )


def test_a_process_says_what_it_misses_and_ends(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    ended = waybill("run", "orders", WAYBILL_HOME=home)
    assert ended.returncode == 1
    assert ended.stderr.startswith("waybill: SETTING_INVALID: WAYBILL_SHARDS")
    ended = waybill(
        *("up", "--postgres", "postgresql://127.0.0.1:1/a", "--redis", "redis://127.0.0.1:1"),
        *("--elasticsearch", "http://127.0.0.1:1"),
        WAYBILL_HOME=home,
        WAYBILL_SERVERS_SECONDS="0.1",
    )
    assert ended.returncode == 1
    for name in ("PostgreSQL of shard 0 (127.0.0.1:1/a)", "Valkey (127.0.0.1:1)", "Elasticsearch"):
        assert f"SERVER_UNREACHABLE: {name}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_settings_come_from_a_file_where_the_environment_has_none(
    servers: Servers, shards: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "waybill.env"
    file.write_text(f"# our shards\nWAYBILL_SHARDS='{','.join(shards)}'\nWAYBILL_SERVERS_SECONDS=0.1\n")
    migrated = waybill("migrate", WAYBILL_SETTINGS=str(file), WAYBILL_HOME=str(tmp_path / "home"))
    assert migrated.stdout.startswith("4 shards have the newest tables, and partitions until 20")
    file.write_text("WAYBILL_SHARDS")
    refused = waybill("migrate", WAYBILL_SETTINGS=str(file))
    assert refused.returncode == 1
    assert "SETTING_INVALID" in refused.stderr
