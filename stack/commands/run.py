"""``waybill run NAME``: one process of the platform, by itself, from settings in the environment.

It waits for the servers that it needs, so that processes and servers may be started in any order.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.platform.parts import PARTS, READY_FILE, Part
from stack.servers.trouble import Troubles
from stack.settings import StackSettings
from stack.shard_roles import forget_what_is_past_the_wall


def command(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PARTS)}.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; background processes serve metrics there.")
    ] = 0,
) -> None:
    """Run one process until SIGTERM or Ctrl-C."""
    part = PARTS.get(name)
    if part is None:
        sys.exit(f"waybill: there is no process {name!r}; there are {', '.join(PARTS)}")
    settings = read_settings()
    adopt_environment(Home(settings.home))
    try:
        await_servers(name, settings.servers_seconds)
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")
    if part.kind == "background":
        _run_background(part, host, port)
    else:
        forget_what_is_past_the_wall()
        _serve(part, host, port, settings)


def await_servers(name: str, seconds: float) -> None:
    """Wait for what the process needs; raises Troubles that name it."""
    import asyncio

    from stack.servers.needs import servers_of
    from stack.servers.settings_trouble import explained_settings
    from stack.servers.wait import wait_for

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with explained_settings():
        servers = servers_of(name)
    asyncio.run(wait_for(servers, seconds, say))


def _serve(part: Part, host: str, port: int, settings: StackSettings) -> None:
    from stack.serving import serve

    module, _, factory = part.targets[0].partition(":")
    app = getattr(import_module(module), factory)()
    settle_memory()
    serve(app, host, port, drain_seconds=settings.drain_seconds, drain_timeout=settings.drain_timeout)


def _run_background(part: Part, host: str, port: int) -> None:
    """Run its coroutines; with a port, Prometheus may ask it for metrics."""
    import asyncio

    import uvloop

    runs = [import_module(target).run for target in part.targets]
    settle_memory()
    if port:
        import prometheus_client

        prometheus_client.start_http_server(port, host)

    async def run_all() -> None:
        async with asyncio.TaskGroup() as group:
            for run in runs:
                group.create_task(run())
            if file := os.environ.get(READY_FILE):
                Path(file).touch()  # noqa: ASYNC240 (once, at the start)

    uvloop.run(run_all())


def settle_memory() -> None:
    """Keep what imports made out of the collector's sight: full collections need not walk it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
