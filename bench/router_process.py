"""``waybill serve`` as a process to measure: started over given subgraphs, its CPU and memory read, ended."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

READY_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Subgraph:
    """SDL, and where it is served."""

    sdl: str
    url: str


@dataclass(frozen=True, slots=True)
class RouterProcess:
    """A running router; ``ready_seconds`` from its start to its first answer."""

    port: int
    process: psutil.Process
    ready_seconds: float
    ready_cpu: float

    def family(self) -> list[psutil.Process]:
        """The process and its workers."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """User and system time of all of them, so far."""
        return sum(cpu_of(each) for each in self.family())

    def megabytes(self) -> float:
        """Resident memory of the largest of them."""
        return max(float(each.memory_info().rss) for each in self.family()) / 2**20


def cpu_of(process: psutil.Process) -> float:
    """User and system time of one process, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


@asynccontextmanager
async def router(
    subgraphs: Mapping[str, Subgraph], options: Sequence[str] = ()
) -> AsyncIterator[RouterProcess]:
    """Run ``waybill serve`` over subgraphs; it composes them itself."""
    with TemporaryDirectory() as folder:
        file = write_subgraphs(Path(folder), subgraphs)
        port = free_port()
        waybill = Path(sys.executable).with_name("waybill")
        words = [str(waybill), "serve", "--subgraphs", str(file), "--port", str(port), *options]
        started = time.monotonic()
        running = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "WAYBILL_ROUTER_GRAPHIQL": "false"},
        )
        try:
            await answers(f"http://127.0.0.1:{port}/graphql", running)
            process = psutil.Process(running.pid)
            taken = sum(map(cpu_of, [process, *process.children(recursive=True)]))
            yield RouterProcess(port, process, time.monotonic() - started, taken)
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


def write_subgraphs(folder: Path, subgraphs: Mapping[str, Subgraph]) -> Path:
    """Write each SDL, and the file that names them."""
    entries = []
    for name, subgraph in subgraphs.items():
        schema = folder / f"{name}.graphql"
        schema.write_text(subgraph.sdl)
        entries.append({"name": name, "url": subgraph.url, "schema": str(schema)})
    file = folder / "subgraphs.json"
    file.write_text(json.dumps({"subgraphs": entries}))
    return file


async def answers(url: str, running: asyncio.subprocess.Process) -> None:
    """Wait for the first answer."""
    deadline = time.monotonic() + READY_TIMEOUT
    async with httpx.AsyncClient(trust_env=False) as client:
        while time.monotonic() < deadline and running.returncode is None:
            try:
                if (await client.post(url, json={"query": "{ __typename }"})).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.02)
    raise RuntimeError("The router did not start.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
