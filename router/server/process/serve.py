"""One router process from its settings and a source: load, listen, watch, drain."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from ...observation.metrics import Metrics, NoMetrics
from ...settings import RouterSettings, ServerSettings
from ...supply.engines import Engines
from ...supply.loader import BuildEngine, Loader
from ...supply.sources import SupergraphSource
from ...supply.warm_up import WarmUp
from ..app import create_app
from ..exchange.clock import Clock, SystemClock
from ..exchange.context import Identifies, ServerContext
from ..exchange.drain import Drain
from ..exchange.siblings import Siblings
from ..health import readiness_of, troubles_of
from ..streaming.run_stream import cancel_all
from .run import run_admin, run_public, tune_memory

logger = logging.getLogger(__name__)


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Process:
    """What a process has of its own: its sockets, whether it counts, and whom it tells how it is.

    ``own``: where the other workers reach this one alone.
    """

    public: socket.socket
    admin: socket.socket | None = None
    counts: bool = False
    on_ready: Callable[[], None] = _nothing
    on_drain: Callable[[], None] = _nothing
    own: socket.socket | None = None
    siblings: Siblings | None = None


async def serve(
    settings: RouterSettings, source: SupergraphSource, build: BuildEngine, process: Process
) -> None:
    """Run until a signal; raises ``SourceError`` when the first supergraph cannot be had."""
    metrics = make_metrics() if process.counts else NoMetrics()
    clock = SystemClock()
    context = ServerContext(
        settings,
        Engines(),
        make_authenticator(settings, clock),
        Drain(process.on_drain),
        metrics,
        process.siblings,
        clock,
    )
    warm_up = WarmUp(settings)
    loader = Loader(source, build, context.engines, metrics, warm_up)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(context.engines.aclose)
        keep_operations(warm_up, context.engines, ending)
        if source.local:
            await loader.load()
        if process.admin is not None:
            await start_admin(context, process.admin, ending)
        await run_with_loader(context, settings, loader, process)


async def run_with_loader(
    context: ServerContext, settings: RouterSettings, loader: Loader, process: Process
) -> None:
    """Serve the public port while the loader keeps the engine; the first to fail ends both."""

    def on_start() -> None:
        host, port = process.public.getsockname()[:2]
        logger.info("Listening", extra={"url": f"http://{host}:{port}{settings.graphql_path}"})

    async def load_and_watch() -> None:
        if not context.engines.ready:
            await loader.load()
        tune_memory()
        process.on_ready()
        preparing = asyncio.ensure_future(prepare_tokens(context))
        try:
            if settings.supergraph_poll:
                await loader.watch(settings.supergraph_poll)
            await context.drain.wait()
        finally:
            await cancel_all([preparing])

    app = create_app(context)
    listeners = [process.public] if process.own is None else [process.public, process.own]
    serving = asyncio.ensure_future(run_public(app, listeners, settings, context.drain, on_start))
    loading = asyncio.ensure_future(load_and_watch())
    try:
        await asyncio.wait([serving, loading], return_when=asyncio.FIRST_COMPLETED)
        if loading.done() and not serving.done():
            loading.result()
        await serving
    finally:
        await cancel_all([serving, loading])


async def prepare_tokens(context: ServerContext) -> None:
    """Fetch the keys for tokens as soon as requests can be answered: what is wrong with them is told then.

    Not before: the issuer may start along with the router, as the platform's does.
    """
    if context.authenticator is None:
        return
    context.metrics.token_keys(0)
    await context.authenticator.prepare()
    context.metrics.token_keys(context.authenticator.keys)


def keep_operations(warm_up: WarmUp, engines: Engines, ending: AsyncExitStack) -> None:
    """Write down what the engine knows, now and then and at the end, if a file is kept."""
    pause = warm_up.pause
    if pause is None:
        return

    async def keep() -> None:
        while True:
            await asyncio.sleep(pause)
            await warm_up.keep(engines.current)

    async def end() -> None:
        await warm_up.keep(engines.current)

    ending.push_async_callback(end)
    ending.push_async_callback(cancel_all, [asyncio.ensure_future(keep())])


async def start_admin(context: ServerContext, listener: socket.socket, ending: AsyncExitStack) -> None:
    """Serve the admin port to the very end, so that a drain can be watched."""
    from prometheus_client import REGISTRY

    from .admin import create_admin_app

    app = create_admin_app(lambda: readiness_of(context), lambda: REGISTRY, lambda: troubles_of(context))
    task = asyncio.ensure_future(run_admin(app, listener))
    ending.push_async_callback(cancel_all, [task])


def make_metrics() -> Metrics:
    """Prometheus' metrics, loaded only where someone reads them."""
    from prometheus_client import REGISTRY

    from ...observation.prometheus import PrometheusMetrics

    return PrometheusMetrics(REGISTRY)


def make_authenticator(settings: ServerSettings, clock: Clock) -> Identifies | None:
    """Check tokens where a JWKS is given."""
    if settings.jwks is None:
        return None
    from ..authentication.authenticator import Authenticator

    return Authenticator(settings.jwks, settings, clock)
