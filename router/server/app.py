"""The router's ASGI applications: the public one, and the admin one with the metrics.

/graphql         GraphQL: POST, GET, WebSocket, SSE (PUT and DELETE too), multipart; so does /graphql/
/health/live     /health/ready
/                GraphiQL
admin port       /metrics, /health/…
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import ServerSettings
from .exchange.context import ServerContext
from .health import health_routes, readiness_of, troubles_of
from .http.direct.posts import Posts
from .http.endpoint import HttpEndpoint
from .websocket.endpoint import WebSocketEndpoint


class RouterApp:
    """Sends the GraphQL path straight to its endpoints, all else through Starlette.

    Starlette's middleware stack and routing cost a third of a small request's time.
    """

    def __init__(self, context: ServerContext) -> None:
        self.context = context
        self.posts = Posts(context)
        path = context.settings.graphql_path
        self._paths = (path, path + "/")
        self._http = with_cors(HttpEndpoint(context), context.settings)
        self._websocket: ASGIApp = WebSocketEndpoint(context)
        self._rest = Starlette(routes=page_routes(context))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch by path and kind of scope."""
        if scope["type"] == "lifespan" or scope["path"] not in self._paths:
            await self._rest(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._websocket(scope, receive, send)


def create_app(context: ServerContext) -> RouterApp:
    """The application of the public port."""
    return RouterApp(context)


def page_routes(context: ServerContext) -> Sequence[BaseRoute]:
    """What is served beside GraphQL."""
    health = health_routes(lambda: readiness_of(context), lambda: troubles_of(context))
    routes: list[BaseRoute] = [*health]
    if context.settings.graphiql:
        from .graphiql import graphiql_app

        routes.append(Mount("/", graphiql_app(context.settings)))
    return routes


def with_cors(endpoint: ASGIApp, settings: ServerSettings) -> ASGIApp:
    """Answer preflights and mark responses, for the origins of the settings."""
    if not settings.cors_origins and settings.cors_origin_regex is None:
        return endpoint
    from starlette.middleware.cors import CORSMiddleware

    return CORSMiddleware(
        endpoint,
        allow_origins=settings.cors_origins,
        allow_origin_regex=settings.cors_origin_regex,
        allow_credentials=settings.cors_credentials,
        allow_methods=("GET", "HEAD", "POST", "PUT", "DELETE"),
        allow_headers=settings.cors_headers,
        expose_headers=("x-request-id",),
        max_age=settings.cors_max_age,
    )
