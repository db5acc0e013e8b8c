"""The router in several processes: the supergraph is read once, then workers are forked."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

from ...observation.metrics import NoMetrics
from ...settings import RouterSettings
from ...supply.loader import BuildEngine
from ...supply.sources import Preloaded, SupergraphSource
from ..exchange.requests import renew_request_ids
from ..exchange.siblings import Siblings
from ..health import Readiness
from .run import bind
from .serve import Process, serve
from .workers import Board, Child, Supervisor, forget_metrics


def serve_workers(
    settings: RouterSettings,
    source: SupergraphSource,
    build: BuildEngine,
    listeners: Sequence[socket.socket],
    admin: socket.socket | None,
) -> None:
    """Run one worker for each listener until a signal; raises ``SourceError`` before any is forked."""
    fingerprint = source.fingerprint()
    sdl = asyncio.run(source.read())
    build(sdl, NoMetrics())  # what is no supergraph ends the start here, not in each worker again and again
    board = Board(len(listeners))
    own = [bind("127.0.0.1", 0) for _ in listeners]
    urls = [f"http://127.0.0.1:{each.getsockname()[1]}" for each in own]
    folder = prepare_metrics(admin)

    def worker(number: int) -> Callable[[], int]:
        return lambda: run_worker(settings, Preloaded(source, sdl, fingerprint), build, mine(number))

    def mine(number: int) -> Process:
        """A port is closed when no process holds its socket: each worker keeps its own alone."""
        close_all([each for each in (*listeners, *own) if each not in (listeners[number], own[number])])
        return Process(
            listeners[number],
            counts=admin is not None,
            on_ready=lambda: board.set(number, Board.READY),
            on_drain=lambda: board.set(number, Board.DRAINING),
            own=own[number],
            siblings=Siblings(number, urls),
        )

    def on_fall(child: Child) -> None:
        if child in workers:
            board.set(workers.index(child), Board.LOADING)
        if folder is not None:
            forget_metrics(folder, child.pid)

    workers = [Child(f"worker {number}", worker(number)) for number in range(len(listeners))]
    last = None if admin is None else Child("admin", admin_process(board, admin, [*listeners, *own]))
    try:
        Supervisor(workers, last, on_fall, lambda: close_all([*listeners, *own])).run()
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def close_all(listeners: Sequence[socket.socket]) -> None:
    """Give up this process's hold on the sockets."""
    for listener in listeners:
        listener.close()


def run_worker(
    settings: RouterSettings, source: SupergraphSource, build: BuildEngine, process: Process
) -> int:
    """One worker, to its end."""
    renew_request_ids()
    uvloop.run(serve(settings, source, build, process))
    return 0


def prepare_metrics(admin: socket.socket | None) -> Path | None:
    """Make the folder that workers write their metrics to; prometheus-client finds it by the environment."""
    if admin is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="waybill-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return folder


def admin_process(
    board: Board, listener: socket.socket, others: Sequence[socket.socket]
) -> Callable[[], int]:
    """The process of the admin port, to its end."""

    def run() -> int:
        from .admin import create_admin_app
        from .run import serve_admin

        close_all(others)
        app = create_admin_app(lambda: readiness_of_all(board.states()), gather_metrics)
        uvloop.run(serve_admin(app, listener))
        return 0

    return run


def gather_metrics() -> CollectorRegistry:
    """The sum of all workers' metrics."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def readiness_of_all(states: list[int]) -> Readiness:
    """Ready while one worker is; draining when none is and one drains."""
    if Board.READY in states and Board.DRAINING not in states:
        return "ready"
    return "draining" if Board.DRAINING in states else "loading"
