"""Health: alive (the process answers) and ready (it may be given requests)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .context import ServerContext


def health_routes(context: ServerContext) -> list[Route]:
    """``/health/live`` and ``/health/ready``; ready when a supergraph is loaded and the process stays."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        status = "draining" if context.drain.draining else "ready" if context.engines.ready else "loading"
        return JSONResponse({"status": status}, 200 if status == "ready" else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
