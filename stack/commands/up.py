"""``waybill up``: the whole platform on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from stack.display.summary import print_summary
from stack.display.view import View, make_view
from stack.embedded.binaries import BinaryMissing
from stack.home import Home
from stack.platform.addresses import PortTaken, choose_addresses
from stack.platform.router_files import BadSubgraph, read_further_subgraphs
from stack.platform.space import check_space
from stack.platform.start import STOP_ORDER, Start, start_platform
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles
from stack.settings import DemoSettings, StackSettings
from stack.supervisor.child import NotReady
from stack.supervisor.logs import rotate_forever
from stack.supervisor.state import AlreadyRunning, hold
from stack.supervisor.supervisor import supervising


def command(
    home: Annotated[Path | None, typer.Option(help="Directory of the data (WAYBILL_HOME).")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the router (WAYBILL_PORT).")] = None,
    postgres: Annotated[
        list[str] | None, typer.Option(help="A shard's PostgreSQL, shard 0 first; repeated (WAYBILL_SHARDS).")
    ] = None,
    redis: Annotated[str | None, typer.Option(help="Valkey or Redis (WAYBILL_VALKEY_URL).")] = None,
    elasticsearch: Annotated[
        str | None, typer.Option(help="Elasticsearch (WAYBILL_ELASTICSEARCH_URL, WAYBILL_SEARCH_BACKEND).")
    ] = None,
    subgraph: Annotated[
        list[str] | None, typer.Option(help="A subgraph beside the platform's own: NAME=URL; repeatable.")
    ] = None,
) -> None:
    """Start everything and keep it running; servers that are not given are embedded ones."""
    given = {
        "home": home,
        "port": port,
        "shards": ",".join(postgres) if postgres else None,
        "valkey_url": redis,
        "elasticsearch_url": elasticsearch,
        "search_backend": "elasticsearch" if elasticsearch else None,
        "subgraphs": ",".join(subgraph) if subgraph else None,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        with explained_settings():
            settings = StackSettings().model_copy(update=chosen)
        with explained_settings("WAYBILL_DEMO_"):
            demo = DemoSettings()
        read_further_subgraphs(settings.subgraphs)  # said before anything starts
        asyncio.run(_up(settings, demo))
    except (BadSubgraph, AlreadyRunning, PortTaken, NotReady, BinaryMissing, Troubles) as error:
        sys.exit(f"waybill: {error}")


async def _up(settings: StackSettings, demo: DemoSettings) -> None:
    home = Home(settings.home)
    home.create()
    check_space(home, settings.disk_min_mb)
    with hold(home):
        view = make_view()
        with contextlib.closing(view):
            await _run_until_stopped(settings, demo, home, view)


async def _run_until_stopped(settings: StackSettings, demo: DemoSettings, home: Home, view: View) -> None:
    running = asyncio.create_task(_run(settings, demo, home, view))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    view.note("stopped")


async def _run(settings: StackSettings, demo: DemoSettings, home: Home, view: View) -> None:
    addresses = choose_addresses(settings)
    async with supervising(home, view.note, STOP_ORDER, settings.stop_seconds) as supervisor:
        await start_platform(Start(settings, demo, home, addresses, supervisor, view))
        view.close()
        print(f"Router: {addresses.router_url}", flush=True)
        has_demo = home.demo_plan.exists()
        print_summary(addresses.router_url, supervisor.state.processes.values(), has_demo=has_demo)
        await rotate_forever(home.logs, max_bytes=settings.log_max_bytes, kept=settings.logs_kept)
