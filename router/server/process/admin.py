"""The admin port: metrics and health, for machines of ours alone."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..health import Readiness, health_routes


def create_admin_app(
    readiness: Callable[[], Readiness],
    registry: Callable[[], CollectorRegistry],
    troubles: Callable[[], list[str]] = list,
) -> Starlette:
    """The application of the admin port: ``/metrics`` and ``/health/…``; the registry is asked each time."""

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry()), headers={"content-type": content_type})

    return Starlette(routes=[Route("/metrics", metrics), *health_routes(readiness, troubles)])
