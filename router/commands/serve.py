"""``waybill serve``: the router before any subgraphs."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from ..settings import RouterSettings
from ..supply.sources import SourceError, SupergraphFile, SupergraphSource
from .unknown_settings import names_of, ours, suggestion

SubgraphsOption = Annotated[
    Path | None,
    typer.Option(
        "--subgraphs", help="YAML or JSON: `subgraphs: [{name, url, schema}]`, or Rover's supergraph.yaml."
    ),
]
SupergraphOption = Annotated[
    Path | None, typer.Option("--supergraph", help="Supergraph SDL, composed before.")
]
HostOption = Annotated[str | None, typer.Option("--host", help="Address to listen on. [127.0.0.1]")]
PortOption = Annotated[int | None, typer.Option("--port", help="Port; 0 takes a free one. [4000]")]
AdminPortOption = Annotated[int | None, typer.Option("--admin-port", help="Port for metrics and health.")]
WorkersOption = Annotated[int | None, typer.Option("--workers", help="Processes that share the port. [1]")]
DedupeOption = Annotated[
    str | None,
    typer.Option("--dedupe", help="Identical queries in flight share: off, subgraph (calls), operation."),
]
WarmOption = Annotated[
    str | None,
    typer.Option("--warm", help="Operations to plan at start: a file, or LAST (what the last process knew)."),
]


def command(
    subgraphs: SubgraphsOption = None,
    supergraph: SupergraphOption = None,
    host: HostOption = None,
    port: PortOption = None,
    admin_port: AdminPortOption = None,
    workers: WorkersOption = None,
    dedupe: DedupeOption = None,
    warm: WarmOption = None,
) -> None:
    """Run the router before any subgraphs, until SIGTERM.

    Everything else (CORS, limits, timeouts, tokens, …) is set by WAYBILL_ROUTER_… in the environment:
    docs/settings.md lists them.
    """
    settings = read_settings(
        {
            "host": host,
            "port": port,
            "admin_port": admin_port,
            "workers": workers,
            "dedupe": dedupe,
            "warm": warm,
        }
    )
    try:
        run(settings, choose_source(subgraphs, supergraph, settings))
    except SourceError as error:
        fail(error.problems)


def read_settings(given: dict[str, Any]) -> RouterSettings:
    """Settings from the environment; what the command line gives comes first."""
    from pydantic import ValidationError

    refuse_unknown_settings(os.environ)
    try:
        return RouterSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        lines = [f"WAYBILL_ROUTER_{_name(item['loc'])}: {item['msg']}" for item in error.errors()]
        fail(lines)


def refuse_unknown_settings(environment: Mapping[str, str]) -> None:
    """End the program if a WAYBILL_ROUTER_… is none of ours; what others read is their matter."""
    prefix = RouterSettings.model_config.get("env_prefix", "")
    known = set(names_of(RouterSettings.model_fields, prefix))
    unknown = [name for name in ours(environment, prefix) if name.upper() not in known]
    if unknown:
        fail([f"SETTING_UNKNOWN: the router reads no {name}. {suggestion(name, known)}" for name in unknown])


def _name(location: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in location).upper()


def choose_source(
    subgraphs: Path | None, supergraph: Path | None, settings: RouterSettings
) -> SupergraphSource:
    """The one source that was given."""
    if (subgraphs is None) == (supergraph is None):
        fail(["Give either --subgraphs FILE or --supergraph FILE."])
    if supergraph is not None:
        return SupergraphFile(supergraph)
    assert subgraphs is not None
    from ..supply.compose_source import ComposedSubgraphs

    return ComposedSubgraphs(subgraphs, settings)


def fail(problems: tuple[str, ...] | list[str]) -> NoReturn:
    """Print what is wrong, and end."""
    for line in problems:
        print(line, file=sys.stderr)
    raise typer.Exit(1)


def run(settings: RouterSettings, source: SupergraphSource) -> None:
    """Bind the ports and serve, in this process or in several."""
    import uvloop

    from ..observation.logs import set_up_logs
    from ..server.process.serve import Process, serve
    from ..server.process.serve_workers import serve_workers
    from ..supply.engine_settings import engine_builder

    set_up_logs(settings)
    build = engine_builder(settings)
    listeners, admin = open_ports(settings)
    if settings.workers == 1:
        process = Process(listeners[0], admin, counts=admin is not None)
        uvloop.run(serve(settings, source, build, process))
    else:
        serve_workers(settings, source, build, listeners, admin)


def open_ports(settings: RouterSettings) -> tuple[list[socket.socket], socket.socket | None]:
    """A socket for each worker, all on one port, and one for the admin port."""
    from ..server.process.run import bind

    shared, timeout = settings.workers > 1, settings.client_timeout
    with naming_port("The", settings.host, settings.port, "HOST", "PORT"):
        first = bind(settings.host, settings.port, shared=shared, client_timeout=timeout)
        port = first.getsockname()[1]
        others = [
            bind(settings.host, port, shared=True, client_timeout=timeout)
            for _ in range(settings.workers - 1)
        ]
    if settings.admin_port is None:
        return [first, *others], None
    with naming_port("The admin", settings.admin_host, settings.admin_port, "ADMIN_HOST", "ADMIN_PORT"):
        admin = bind(settings.admin_host, settings.admin_port)
    return [first, *others], admin


@contextmanager
def naming_port(which: str, host: str, port: int, *names: str) -> Iterator[None]:
    """End the program if the port cannot be opened, and say which, why, and which settings name it."""
    try:
        yield
    except OSError as error:
        settings = " and ".join(f"WAYBILL_ROUTER_{name}" for name in names)
        why = error.strerror or str(error)
        option = "--" + names[-1].lower().replace("_", "-")
        fail(
            [
                f"PORT_UNAVAILABLE: {which} port {port} of {host} cannot be opened: {why}. "
                f"{settings} (or {option}) name another."
            ]
        )


def main() -> None:
    """``python -m router``."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command("serve")(command)
    app()
