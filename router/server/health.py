"""Health: alive (the process answers) and ready (it may be given requests), and what does not work then."""

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


def troubles_of(context: ServerContext) -> list[str]:
    """What does not work, though requests may come: by its code."""
    keyless = context.authenticator is not None and not context.authenticator.keys
    return ["AUTHENTICATION_UNAVAILABLE"] if keyless else []


def health_routes(
    readiness: Callable[[], Readiness], troubles: Callable[[], list[str]] = list
) -> list[Route]:
    """``/health/live`` and ``/health/ready`` (503 unless ready; ``troubles`` are told, and leave it green).

    Without keys for tokens, say, who sends none is answered; and the issuer may be behind this very router.
    """

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        status, found = readiness(), troubles()
        shown = {"status": status, "troubles": found} if found else {"status": status}
        return JSONResponse(shown, 200 if status == "ready" else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
