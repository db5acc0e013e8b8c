"""From addresses and variables to the services that the supervisor runs."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.embedded import postgres, valkey
from stack.embedded.ports import LOCALHOST
from stack.home import Home
from stack.process import Command
from stack.shard_roles import of_subgraph
from stack.supervisor.readiness import file_ready, http_ready
from stack.supervisor.service import Service

from .addresses import Addresses
from .parts import PARTS, READY_FILE, Part

DATABASE_PATIENCE = 120.0
WAYBILL = (sys.executable, "-m", "stack")


def part_service(
    part: Part, addresses: Addresses, env: Mapping[str, str], home: Home, deadline: float
) -> Service:
    """Return the service of one of our own processes."""
    if part.kind == "background":
        return _background_service(part, env, home, deadline)
    env = of_subgraph(env)
    port = addresses.provider if part.name == "provider" else addresses.subgraphs[part.name]
    return Service(
        _command(part.name, ("run", part.name, "--port", str(port)), env),
        http_ready(LOCALHOST, port, "/health/ready"),
        deadline,
        address=f"{LOCALHOST}:{port}",
        about=part.about,
        kind=part.kind,
    )


def router_service(
    subgraphs_file: Path, addresses: Addresses, env: Mapping[str, str], deadline: float
) -> Service:
    """Return the router's service."""
    arguments = (
        *("serve", "--subgraphs", str(subgraphs_file), "--host", addresses.host),
        *("--port", str(addresses.router), "--admin-port", str(addresses.admin)),
    )
    return Service(
        _command("router", arguments, env),
        http_ready(addresses.host, addresses.router, "/health/ready"),
        deadline,
        address=f"{addresses.host}:{addresses.router}",
        about=f"composes the subgraphs; metrics on {LOCALHOST}:{addresses.admin}",
        kind="router",
    )


def postgres_service(
    cluster: postgres.Cluster, tuning: postgres.Tuning, deadline: float = DATABASE_PATIENCE
) -> Service:
    """Return the database server's service."""

    async def ready() -> bool:
        return await postgres.answers(cluster)

    return Service(
        cluster.command(tuning),
        ready,
        deadline=max(deadline, DATABASE_PATIENCE),  # it may have to replay its log
        stop_patience=DATABASE_PATIENCE,  # it writes down what is only in its log
        address=f"{LOCALHOST}:{cluster.port}",
        about="databases of the shards and of search",
        kind="database",
        before_start=cluster.end_leftover,
    )


def valkey_service(command: Command, url: str, deadline: float = DATABASE_PATIENCE) -> Service:
    """Return the service of the Valkey at that address."""

    async def ready() -> bool:
        return await valkey.answers(url)

    return Service(
        command,
        ready,
        deadline,
        address=url.rpartition("@")[2].partition("/")[0],
        about="streams, jobs, positions",
        kind="database",
    )


def _background_service(part: Part, env: Mapping[str, str], home: Home, deadline: float) -> Service:
    ready_file = home.sockets.resolve() / f"{part.name}.ready"
    command = _command(part.name, ("run", part.name), {**env, READY_FILE: str(ready_file)})
    return Service(
        command,
        file_ready(ready_file),
        deadline,
        about=part.about,
        kind=part.kind,
        before_start=lambda: ready_file.unlink(missing_ok=True),
    )


def _command(name: str, arguments: tuple[str, ...], env: Mapping[str, str]) -> Command:
    return Command(name, (*WAYBILL, *arguments), Path.cwd(), env)


def installed(part: Part) -> bool:
    """Tell whether the process's code is there."""
    return all(_found(target.partition(":")[0]) for target in part.targets)


def _found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def installed_parts() -> list[Part]:
    """Return the processes whose code is there."""
    return [part for part in PARTS.values() if installed(part)]
