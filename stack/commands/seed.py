"""``waybill seed --orders N``: more orders of the demo's people, while the platform runs or by itself.

On shards that are given by settings it makes the demo's people and vendors first, where there are none.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.commands.run import await_servers
from stack.demo.plan import new_plan, read_plan
from stack.display.view import make_view
from stack.embedded import postgres, running
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.platform.steps import run_step, step_command
from stack.platform.together import together
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles
from stack.settings import DemoSettings, StackSettings
from stack.shard_roles import OWNER_SHARDS, owner_shards
from stack.supervisor.child import NotReady
from stack.supervisor.state import hold, is_running

STEP = "orders"
MOST_PROCESSES = 8  # more of them only wait for PostgreSQL


def command(
    orders: Annotated[int, typer.Option(min=0, help="How many orders to make.")] = 0,
    seed: Annotated[
        str | None, typer.Option(help="The same seed makes the same orders; none: new ones.")
    ] = None,
) -> None:
    """Add finished orders over the demo's two years."""
    settings = read_settings()
    home = Home(settings.home)
    if settings.shards:
        _make_world(home, settings)
    plan = read_plan(home.demo_plan)
    if plan is None or not plan.done:
        sys.exit("waybill: there is no demo data to add to; `waybill up` makes it at its first start")
    if orders:
        try:
            with _shards(home, settings) as dsns:
                asyncio.run(_add(dsns, home, seed or secrets.token_hex(8), orders))
        except NotReady as error:
            sys.exit(f"waybill: {error}")


def _make_world(home: Home, settings: StackSettings) -> None:
    """Make the demo data on given shards once; a home remembers what was made."""
    from stack.demo.__main__ import main

    try:
        home.create()
        with explained_settings("WAYBILL_DEMO_"):
            demo = DemoSettings()
        if not home.demo_plan.exists():
            new_plan(demo).save(home.demo_plan)
        await_servers("indexer", settings.servers_seconds)
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")
    asyncio.run(main(home.demo_plan))


@contextlib.contextmanager
def _shards(home: Home, settings: StackSettings) -> Iterator[tuple[str, ...]]:
    """Yield the shards' addresses, starting the server for the time if nothing runs."""
    if settings.shards or is_running(home):
        adopt_environment(home)
        yield owner_shards()
        return
    tuning = postgres.Tuning(settings.postgres_buffers, settings.postgres_connections)
    with hold(home), running(home.root, shards=settings.shard_count, tuning=tuning) as servers:
        yield servers.shards


async def _add(dsns: tuple[str, ...], home: Home, seed: str, count: int) -> None:
    """Let a process for each core make its part of them, tell PostgreSQL's planner, add figures up."""
    from stack.demo.figures import make_figures
    from stack.demo.load import analyze, shard_connections

    parts = min(os.cpu_count() or 1, MOST_PROCESSES)
    made = [0] * parts
    with contextlib.closing(make_view()) as view:
        view.begin(STEP)

        async def add(part: int) -> None:
            def progress(done: int, total: int) -> None:
                made[part] = done
                view.progress(STEP, sum(made), total)

            plan = str(home.demo_plan.resolve())
            arguments = (plan, seed, str(count), str(part), str(parts))
            env = {**os.environ, OWNER_SHARDS: ",".join(dsns)}
            command = step_command(f"{STEP}-{part}", "stack.demo.more", env, arguments)
            await run_step(command, home, progress)

        async with together() as group:
            for part in range(parts):
                group.create_task(add(part))
        async with shard_connections(dsns) as connections:
            await analyze(connections)
        await make_figures(dsns)
        view.done(STEP, f"{count:,} added")
