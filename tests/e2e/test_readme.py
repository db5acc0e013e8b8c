"""The README's steps, run as they are printed and in order, an hour into the simulation and beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from .platform import Platform
from .readme import Readme

PRINTED = "http://127.0.0.1:4000"
# What each command's answer begins with, in the README's order; the last one is a stream that goes on.
ANSWERS = [
    '{"data":{"searchCatalog"',
    '{"data":{"me":{"name":"Layla Haddad"',
    'data: {"data":{"orderTracking":{"status"',
]
FASTER = "360"  # an hour goes by in ten seconds
DELIVERIES = 5  # many times what the demo has under way for its customer
KEPT = "is on the way with"
ON_THE_WAY = "{ me { orders(status: PICKED_UP, first: 5) { edges { node { id } } } } }"
COMPLETE = "mutation Done($id: ID!) { completeAssignment(orderId: $id) { errors { code message } } }"

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None, reason="curl is not installed: the README's lines are not run"
)


@asynccontextmanager
async def running(*argv: str, folder: Path, env: dict[str, str] | None = None) -> AsyncIterator[Process]:
    """A process with a group of its own, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=folder, env={**os.environ, **(env or {})}, stdout=PIPE, stderr=STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


class Simulation:
    """What a simulation has said up to now."""

    def __init__(self, output: asyncio.StreamReader) -> None:
        self.said: list[str] = []
        self._output = output
        self._news = asyncio.Condition()

    async def read(self) -> None:
        async for line in self._output:
            async with self._news:
                self.said.append(line.decode().rstrip())
                self._news.notify_all()

    async def until(self, part: str, times: int) -> str:
        """Wait until so many lines have this part; the last of them."""
        async with asyncio.timeout(120), self._news:
            await self._news.wait_for(lambda: len(self.having(part)) >= times)
        return self.having(part)[times - 1]

    def having(self, part: str) -> list[str]:
        return [line for line in self.said if part in line]


@pytest.fixture(scope="module")
async def simulation(platform: Platform, readme: Readme) -> AsyncIterator[Simulation]:
    """The README's simulation, faster than it is printed, from when an hour of its life has gone by."""
    argv = readme.command(".venv/bin/waybill simulate")
    home = {"WAYBILL_HOME": str(platform.home)}
    async with running(*argv, "--speed", FASTER, folder=readme.folder, env=home) as process:
        assert process.stdout
        simulation = Simulation(process.stdout)
        reading = asyncio.create_task(simulation.read())
        await simulation.until("✓", DELIVERIES)
        yield simulation
        reading.cancel()


@pytest.mark.usefixtures("simulation")
async def test_the_readmes_curl_lines_answer_and_stream(platform: Platform, readme: Readme) -> None:
    script = "\n".join(block for block in readme.shell_blocks("curl ") if "awards" not in block)
    assert script.count("curl ") == 5
    async with (
        asyncio.timeout(60),
        bash(script.replace(PRINTED, platform.url), readme.folder) as shell,
    ):
        output = await read_answers(shell)
    assert '"errors"' not in output


def bash(script: str, folder: Path) -> Any:
    return running("bash", "-eu", "-o", "pipefail", "-c", script, folder=folder)


async def read_answers(shell: Process) -> str:
    """Read until every answer has come; fails when the script ends before."""
    assert shell.stdout
    output = ""
    while not all(answer in output for answer in ANSWERS):
        chunk = await shell.stdout.read(65_536)
        assert chunk, f"the script ended (by {await shell.wait()}) after:\n{output}"
        output += chunk.decode(errors="replace")
    return output


@pytest.mark.usefixtures("simulation")
async def test_the_order_of_graphiqls_tab_is_on_its_way_however_long_the_simulation_runs(
    platform: Platform,
) -> None:
    assert tracked(platform) in await on_the_way(platform)


async def test_when_somebody_delivers_it_all_the_same_another_one_comes(
    platform: Platform, simulation: Simulation
) -> None:
    kept = len(simulation.having(KEPT))
    done = await platform.data(COMPLETE, {"id": tracked(platform)}, token=await platform.token("rider"))
    assert done["completeAssignment"]["errors"] == []
    _, _, number = (await simulation.until(KEPT, kept + 1)).rpartition("…")
    assert number in {id[-6:] for id in await on_the_way(platform)} - {tracked(platform)[-6:]}


def tracked(platform: Platform) -> str:
    """The order in the variables of GraphiQL's tab."""
    tabs = json.loads((platform.home / "run" / "graphiql.json").read_text())["tabs"]
    (id,) = [tab["variables"]["orderId"] for tab in tabs if tab["title"].startswith("Where is my order")]
    return str(id)


async def on_the_way(platform: Platform) -> list[str]:
    data = await platform.data(ON_THE_WAY, token=await platform.token("customer"))
    return [edge["node"]["id"] for edge in data["me"]["orders"]["edges"]]


async def test_where_nothing_is_on_its_way_the_lines_say_what_to_do(readme: Readme) -> None:
    (block,) = readme.shell_blocks("ORDER=$(")
    _, _, subscription = block.partition("\n\n")
    async with bash(f"TOKEN=none ORDER=\n{subscription}", readme.folder) as shell:
        assert shell.stdout
        said = (await shell.stdout.read()).decode()
    assert "nothing is on its way: waybill simulate keeps one there" in said


async def test_a_service_of_ones_own_adds_a_field_to_the_platforms_vendors(
    platform: Platform, readme: Readme
) -> None:
    (block,) = readme.shell_blocks("curl ", "awards")
    async with bash(block.replace(PRINTED, platform.url), readme.folder) as shell:
        assert shell.stdout
        answer = json.loads(await shell.stdout.read())
    vendors = [edge["node"] for edge in answer["data"]["vendors"]["edges"]]
    assert len(vendors) == 3
    assert all(vendor["name"] and vendor["awards"][0]["year"] == 2026 for vendor in vendors)


async def test_the_router_composes_plans_and_serves_without_the_platform(
    readme: Readme, platform: Platform
) -> None:
    (block,) = readme.shell_blocks("waybill serve")
    url = f"http://127.0.0.1:{readme.second_router}/graphql"
    async with (
        asyncio.timeout(120),
        bash(block, readme.folder) as shell,
        httpx.AsyncClient() as http,
    ):
        while (answer := await asked(http, url)) is None:
            assert shell.returncode is None, "a step failed"
            await asyncio.sleep(0.1)
    assert answer == {"data": {"latestAward": {"year": 2026}}}
    assert "join__graph" in (readme.folder / "supergraph.graphql").read_text()


async def asked(http: httpx.AsyncClient, url: str) -> Any:
    try:
        response = await http.post(url, json={"query": "{ latestAward { year } }"})
    except httpx.TransportError:
        return None
    return response.json() if response.status_code == 200 else None
