"""One router process from its settings and a source: bind, load, listen, watch, drain."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass

from ..settings import RouterSettings
from .app import create_app
from .context import Identifies, ServerContext
from .engines import Engines
from .loader import BuildEngine, Loader
from .metrics import Metrics, NoMetrics
from .run import run_admin, run_public, tune_memory
from .sources import SupergraphSource
from .streaming.run_stream import cancel_all

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listeners:
    """The bound sockets of a process; no admin port, no metrics."""

    public: socket.socket
    admin: socket.socket | None = None


async def serve(
    settings: RouterSettings, source: SupergraphSource, build: BuildEngine, listeners: Listeners
) -> None:
    """Run until a signal; raises ``SourceError`` when the first supergraph cannot be had."""
    metrics = make_metrics(listeners.admin is not None)
    context = ServerContext(settings, Engines(), make_authenticator(settings), metrics=metrics)
    loader = Loader(source, build, context.engines, metrics)
    if source.local:
        await loader.load()
    async with AsyncExitStack() as ending:
        ending.push_async_callback(context.engines.aclose)
        if listeners.admin is not None:
            await start_admin(context, listeners.admin, ending)
        await run_with_loader(context, settings, loader, listeners.public)


async def run_with_loader(
    context: ServerContext, settings: RouterSettings, loader: Loader, listener: socket.socket
) -> None:
    """Serve the public port while the loader keeps the engine; the first to fail ends both."""

    def say_so() -> None:
        host, port = listener.getsockname()[:2]
        logger.info("Listening", extra={"url": f"http://{host}:{port}{settings.graphql_path}"})

    async def load_and_watch() -> None:
        if not context.engines.ready:
            await loader.load()
        tune_memory()
        if settings.supergraph_poll:
            await loader.watch(settings.supergraph_poll)
        await context.drain.wait()

    serving = asyncio.ensure_future(
        run_public(create_app(context), listener, settings, context.drain, say_so)
    )
    loading = asyncio.ensure_future(load_and_watch())
    try:
        await asyncio.wait([serving, loading], return_when=asyncio.FIRST_COMPLETED)
        if loading.done() and not serving.done():
            loading.result()
        await serving
    finally:
        await cancel_all([serving, loading])


async def start_admin(context: ServerContext, listener: socket.socket, ending: AsyncExitStack) -> None:
    """Serve the admin port to the very end, so that a drain can be watched."""
    from .admin import create_admin_app

    task = asyncio.ensure_future(run_admin(create_admin_app(context), listener))
    ending.push_async_callback(cancel_all, [task])


def make_metrics(wanted: bool) -> Metrics:
    """Prometheus' metrics where someone can read them."""
    if not wanted:
        return NoMetrics()
    from prometheus_client import REGISTRY

    from .prometheus import PrometheusMetrics

    return PrometheusMetrics(REGISTRY)


def make_authenticator(settings: RouterSettings) -> Identifies | None:
    """Check tokens where a JWKS is given."""
    if settings.jwks is None:
        return None
    from .authentication.authenticator import Authenticator

    return Authenticator(settings.jwks, settings)
