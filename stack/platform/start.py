"""The whole platform, from data servers to the router: what `waybill up` does.

home ─► Postgres, Valkey ─► migrations ─► subgraphs, background processes (and demo data) ─► router
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from stack.demo.plan import new_plan, read_plan
from stack.display.view import View
from stack.embedded import postgres, valkey
from stack.embedded.servers import shard_names
from stack.home import Home
from stack.settings import DemoSettings, StackSettings
from stack.supervisor.child import Child
from stack.supervisor.service import Service
from stack.supervisor.supervisor import Supervisor

from .addresses import Addresses
from .environment import Databases, inherited, platform_environment, write_environment
from .graphiql_tabs import write_graphiql_file
from .parts import PARTS, Part
from .router_files import write_subgraphs_file
from .services import installed_parts, part_service, postgres_service, router_service, valkey_service
from .signing_key import signing_key
from .steps import run_step, step_command

# They begin with what is on the shards: the index if it is empty, the riders' places.
AFTER_DATA = ("indexer", "worker")
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
    """Start everything; return when the router is ready."""
    databases = await start_data_servers(start)
    variables = platform_environment(start.addresses, databases, signing_key(start.home))
    write_environment(start.home, variables)
    env = {**inherited(), **variables}
    await _step(start, "tables", "stack.platform.migrate", env)
    parts = installed_parts()
    late = [part for part in parts if part.name in AFTER_DATA]
    async with together() as group:
        group.create_task(start_parts(start, env, [part for part in parts if part not in late]))
        await load_demo_data(start, env)
        group.create_task(start_parts(start, env, late))
    await start_router(start, env)
    start.supervisor.state.router = start.addresses.router_url
    start.supervisor.save()


async def start_data_servers(start: Start) -> Databases:
    """Start the servers that are not configured to be somewhere else."""
    async with together() as group:
        postgres_task = group.create_task(_start_postgres(start))
        valkey_task = group.create_task(_start_valkey(start))
    *shards, search = postgres_task.result()
    return Databases(tuple(shards), start.settings.search_database_url or search, valkey_task.result())


async def start_parts(start: Start, env: dict[str, str], parts: Sequence[Part]) -> None:
    """Start subgraphs and background processes, all at once."""
    deadline = start.settings.ready_seconds
    services = [part_service(part, start.addresses, env, start.home, deadline) for part in parts]
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
    file = write_subgraphs_file(start.home, names, start.addresses)
    router_env = {
        **env,
        "WAYBILL_ROUTER_JWKS": env["WAYBILL_JWKS_URL"],
        "WAYBILL_ROUTER_JWT_ISSUER": "waybill",
        "WAYBILL_ROUTER_JWT_AUDIENCE": "waybill",
        "WAYBILL_ROUTER_GRAPHIQL_CONFIG": str(write_graphiql_file(start.home)),
    }
    await _run(start, router_service(file, start.addresses, router_env, start.settings.ready_seconds))


async def _start_postgres(start: Start) -> list[str]:
    settings = start.settings
    if settings.shards:
        return [*settings.shards.split(","), settings.search_database_url]
    tuning = postgres.Tuning(settings.postgres_buffers, settings.postgres_connections)

    async def steps() -> list[str]:
        cluster = await asyncio.to_thread(postgres.prepare, start.home, start.addresses.postgres)
        await start.supervisor.start(postgres_service(cluster, tuning))
        names = [*shard_names(settings.shard_count), postgres.SEARCH_DATABASE]
        await postgres.create_databases(cluster, names)
        return [cluster.dsn(name) for name in names]

    return await _shown(start.view, "postgres", steps)


async def _start_valkey(start: Start) -> str:
    if start.settings.valkey_url:
        return start.settings.valkey_url
    port = start.addresses.valkey

    async def steps() -> str:
        command = await asyncio.to_thread(valkey.prepare, start.home, port)
        await start.supervisor.start(valkey_service(command, port))
        return valkey.url(port)

    return await _shown(start.view, "valkey", steps)


async def _run(start: Start, service: Service) -> Child:
    return await _shown(start.view, service.name, lambda: start.supervisor.start(service))


async def _step(
    start: Start, name: str, module: str, env: dict[str, str], arguments: tuple[str, ...] = ()
) -> None:
    command = step_command(name.replace(" ", "-"), module, env, arguments)

    def progress(done: int, total: int) -> None:
        start.view.progress(name, done, total)

    await _shown(start.view, name, lambda: run_step(command, start.home, progress))


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks side by side; the first one's error ends the others, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def _shown(view: View, step: str, work: Callable[[], Awaitable[_T]]) -> _T:
    view.begin(step)
    result = await work()
    view.done(step, "ready")
    return result
