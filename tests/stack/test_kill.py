"""kill -9, of the parent and of servers: nothing is left behind, and nothing committed is lost."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

SCRIPT = Path(__file__).with_name("boxed_platform.py")
PATIENCE = 30


@pytest.fixture
def home() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="waybill-kill-"))
    root.chmod(0o711)
    yield root
    shutil.rmtree(root)


@asynccontextmanager
async def boxed_platform(home: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), str(home), stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    try:
        assert process.stdout
        async with asyncio.timeout(PATIENCE):
            yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def still_alive(pids: list[int]) -> list[psutil.Process]:
    processes: list[psutil.Process] = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, PATIENCE)
    return alive


async def test_a_killed_parent_leaves_no_process_behind(home: Path) -> None:
    async with boxed_platform(home) as (process, told):
        assert len(told["pids"]) > 6  # Postgres's own children too
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert await still_alive(told["pids"]) == []


async def test_the_next_start_recovers_what_was_committed(home: Path) -> None:
    async with boxed_platform(home) as (process, told):
        connection = await asyncpg.connect(told["dsn"])
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        process.send_signal(signal.SIGKILL)
        for pid in told["pids"]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # the servers as well: like a power cut
        await process.wait()
    async with boxed_platform(home) as (_, told):
        connection = await asyncpg.connect(told["dsn"])
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()


async def test_a_killed_postgres_is_started_again_with_what_was_committed(home: Path) -> None:
    async with boxed_platform(home) as (process, told):
        connection = await asyncpg.connect(told["dsn"])
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(told["servers"]["postgres"], signal.SIGKILL)
        notes = await notes_until(process, "postgres is back")
        assert notes[0].startswith("postgres died by SIGKILL; starting it again")
        again = await asyncpg.connect(told["dsn"])  # at the same address
        assert await again.fetchval("SELECT answer FROM kept") == 42
        await again.close()
        connection.terminate()


async def notes_until(process: asyncio.subprocess.Process, part: str) -> list[str]:
    assert process.stdout
    notes: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while not notes or part not in notes[-1]:
            notes.append((await process.stdout.readline()).decode())
    return notes


async def test_a_stale_pid_file_of_another_program_does_not_hinder_the_start(home: Path) -> None:
    async with boxed_platform(home) as (process, _):
        process.send_signal(signal.SIGINT)
        await process.wait()
    stale = home / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n")
    async with boxed_platform(home) as (_, told):
        connection = await asyncpg.connect(told["dsn"])
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
