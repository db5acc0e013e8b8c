"""Health: alive (the process answers) and ready (it may be given requests)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .exchange.context import ServerContext

Readiness: TypeAlias = Literal["loading", "ready", "draining"]


def readiness_of(context: ServerContext) -> Readiness:
    """Ready when a supergraph is loaded and the process stays."""
    if context.drain.draining:
        return "draining"
    return "ready" if context.engines.ready else "loading"


def health_routes(readiness: Callable[[], Readiness]) -> list[Route]:
    """``/health/live`` and ``/health/ready`` (503 unless ready)."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        status = readiness()
        return JSONResponse({"status": status}, 200 if status == "ready" else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
