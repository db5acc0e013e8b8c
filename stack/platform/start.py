"""The whole platform, from data servers to the router: what `waybill up` does.

home ─┬► Postgres, Valkey ─► tables ─► demo data ─► indexer, worker, router
      └► subgraphs, provider, relay
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from stack.demo.plan import new_plan, read_plan
from stack.display.view import View
from stack.embedded import postgres
from stack.home import Home
from stack.servers.wait import wait_for
from stack.settings import DemoSettings, StackSettings
from stack.supervisor.child import Child
from stack.supervisor.service import Service
from stack.supervisor.supervisor import Supervisor

from .addresses import Addresses
from .data_servers import DataServers, any_behind, given_servers, prepare_servers
from .environment import Databases, inherited, platform_environment, write_environment
from .graphiql_tabs import write_graphiql_file
from .parts import PARTS, Part
from .router_files import read_further_subgraphs, write_subgraphs_file
from .services import installed_parts, part_service, router_service
from .signing_key import signing_key
from .steps import run_step, step_command
from .together import together

# They begin with what is on the shards: the index if it is empty, the riders' places.
AFTER_DATA = ("indexer", "worker")
# What they wait for is ours, and we know better than a clock whether it still comes.
AS_LONG_AS_WE_DO = "86400"
STOP_ORDER = (("router",), tuple(PARTS))  # then the data servers
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that the stages of one start share."""

    settings: StackSettings
    demo: DemoSettings
    home: Home
    addresses: Addresses
    supervisor: Supervisor
    view: View


async def start_platform(start: Start) -> None:
    """Start everything; return when the router is ready.

    Subgraphs and background processes wait for the servers themselves, so that they load meanwhile. The first
    time they must not: the server would not know their roles yet, which looks like a wrong password.
    """
    servers = await prepare_servers(start.settings, start.home, start.addresses)
    variables = platform_environment(start.addresses, servers.databases, signing_key(start.home))
    write_environment(start.home, variables)
    env = {**inherited(), **variables, "WAYBILL_SERVERS_SECONDS": AS_LONG_AS_WE_DO}
    await find_given_servers(start, servers.databases)
    parts = installed_parts()
    late = [part for part in parts if part.name in AFTER_DATA]
    data_is_there = asyncio.Event()
    early = [part for part in parts if part not in late]
    roles_are_known = servers.cluster is None or servers.cluster.roles_made.exists()
    async with together() as group:
        if not roles_are_known:
            await start_servers(start, servers)
        subgraphs = group.create_task(start_parts(start, env, early, data_is_there))
        if roles_are_known:
            await start_servers(start, servers)
        await start_data(start, env, servers)
        data_is_there.set()
        group.create_task(start_parts(start, env, late, data_is_there))
        await subgraphs  # the router gives up by a clock of its own
        group.create_task(start_router(start, env))
    start.supervisor.state.router = start.addresses.router_url
    start.supervisor.save()


async def start_servers(start: Start, servers: DataServers) -> None:
    """Start the embedded servers; make their databases and roles."""
    async with together() as group:
        for service in servers.services:
            group.create_task(_run(start, service))
    if servers.cluster:
        await postgres.create_databases(servers.cluster, servers.created)


async def start_data(start: Start, env: dict[str, str], servers: DataServers) -> None:
    """Bring the shards their tables and, the first time, the demo data."""
    if await any_behind(servers.databases.owner_shards):
        await _step(start, "tables", "stack.platform.migrate", env)
    await load_demo_data(start, env)


async def find_given_servers(start: Start, databases: Databases) -> None:
    """Wait for the servers that are somebody else's; Troubles tell what is wrong with them."""
    servers = given_servers(start.settings, databases)
    if servers:
        seconds = start.settings.servers_seconds
        await _shown(start.view, "servers", lambda: wait_for(servers, seconds, start.view.note))


async def start_parts(
    start: Start, env: dict[str, str], parts: Sequence[Part], data_is_there: asyncio.Event
) -> None:
    """Start subgraphs and background processes, all at once."""
    deadline = start.settings.ready_seconds
    services = [
        dataclasses.replace(
            part_service(part, start.addresses, env, start.home, deadline),
            held_up=lambda: not data_is_there.is_set(),
        )
        for part in parts
    ]
    async with together() as group:
        for service in services:
            group.create_task(_run(start, service))


async def load_demo_data(start: Start, env: dict[str, str]) -> None:
    """Load the demo data at the first start, or go on where an interrupted start left off."""
    file = start.home.demo_plan
    if start.demo.enabled and not file.exists():
        new_plan(start.demo).save(file)
    plan = read_plan(file)
    if plan and not plan.done:
        await _step(start, "demo data", "stack.demo", env, (str(file.resolve()),))


async def start_router(start: Start, env: dict[str, str]) -> None:
    """Start the router over the subgraphs that run."""
    names = [part.name for part in installed_parts() if part.kind == "subgraph"]
    further = read_further_subgraphs(start.settings.subgraphs)
    file = write_subgraphs_file(start.home, names, start.addresses, further)
    router_env = {
        **env,
        "WAYBILL_ROUTER_JWKS": env["WAYBILL_JWKS_URL"],
        "WAYBILL_ROUTER_JWT_ISSUER": "waybill",
        "WAYBILL_ROUTER_JWT_AUDIENCE": "waybill",
        "WAYBILL_ROUTER_GRAPHIQL_CONFIG": str(write_graphiql_file(start.home)),
    }
    # Ours are ready by now; who waits for one beside them must hear of it before the start is given up.
    router_env.setdefault("WAYBILL_ROUTER_SUBGRAPH_DEADLINE", str(start.settings.ready_seconds / 3))
    await _run(start, router_service(file, start.addresses, router_env, start.settings.ready_seconds))


async def _run(start: Start, service: Service) -> Child:
    return await _shown(start.view, service.name, lambda: start.supervisor.start(service))


async def _step(
    start: Start, name: str, module: str, env: dict[str, str], arguments: tuple[str, ...] = ()
) -> None:
    command = step_command(name.replace(" ", "-"), module, env, arguments)

    def progress(done: int, total: int) -> None:
        start.view.progress(name, done, total)

    await _shown(start.view, name, lambda: run_step(command, start.home, progress))


async def _shown(view: View, step: str, work: Callable[[], Awaitable[_T]]) -> _T:
    view.begin(step)
    result = await work()
    view.done(step, "ready")
    return result
