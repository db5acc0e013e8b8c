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

from stack.commands.run import await_servers
from stack.demo.plan import DemoPlan, new_plan, read_plan
from stack.display.view import make_view
from stack.embedded import postgres, running
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.trouble import Troubles
from stack.settings import DemoSettings, StackSettings
from stack.supervisor.state import hold, is_running

STEP = "orders"


def command(
    orders: Annotated[int, typer.Option(min=0, help="How many orders to make.")] = 0,
    seed: Annotated[
        str | None, typer.Option(help="The same seed makes the same orders; none: new ones.")
    ] = None,
) -> None:
    """Add finished orders over the demo's two years."""
    settings = StackSettings()
    home = Home(settings.home)
    if settings.shards:
        _make_world(home)
    plan = read_plan(home.demo_plan)
    if plan is None or not plan.done:
        sys.exit("waybill: there is no demo data to add to; `waybill up` makes it at its first start")
    if orders:
        with _shards(home, settings) as dsns:
            asyncio.run(_add(dsns, plan, seed or secrets.token_hex(8), orders))


def _make_world(home: Home) -> None:
    """Make the demo data on given shards once; a home remembers what was made."""
    from stack.demo.__main__ import main

    home.create()
    if not home.demo_plan.exists():
        new_plan(DemoSettings()).save(home.demo_plan)
    try:
        await_servers("indexer", StackSettings().servers_seconds)
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")
    asyncio.run(main(home.demo_plan))


@contextlib.contextmanager
def _shards(home: Home, settings: StackSettings) -> Iterator[tuple[str, ...]]:
    """Yield the shards' addresses, starting the server for the time if nothing runs."""
    if settings.shards or is_running(home):
        adopt_environment(home)
        yield tuple(os.environ["WAYBILL_SHARDS"].split(","))
        return
    tuning = postgres.Tuning(settings.postgres_buffers, settings.postgres_connections)
    with hold(home), running(home.root, shards=settings.shard_count, tuning=tuning) as servers:
        yield servers.shards


async def _add(dsns: tuple[str, ...], plan: DemoPlan, seed: str, count: int) -> None:
    from asyncpg import UniqueViolationError

    from stack.demo.make import load_orders

    tenant = os.environ.get("WAYBILL_TENANT", "main")
    with contextlib.closing(make_view()) as view:
        view.begin(STEP)
        try:
            await load_orders(dsns, plan, tenant, seed, count, lambda done, of: view.progress(STEP, done, of))
        except UniqueViolationError:
            sys.exit(f"waybill: the orders of seed {seed} are there already; choose another --seed")
        view.done(STEP, f"{count:,} added")
