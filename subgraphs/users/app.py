"""The users subgraph's ASGI app."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from subgraphs.common.app import Subgraph, build_app

from .resources import users_resources
from .schema import schema
from .settings import UsersSettings
from .signing import load_signing_key


def create_app(settings: UsersSettings | None = None) -> Starlette:
    """Factory for uvicorn; settings come from the environment unless given."""
    settings = settings or UsersSettings()
    key = load_signing_key(settings.signing_key_file)

    async def jwks(request: Request) -> JSONResponse:
        return JSONResponse(key.jwks, headers={"cache-control": f"public, max-age={settings.jwks_seconds}"})

    return build_app(
        Subgraph(
            "users",
            schema,
            settings,
            users_resources(settings, key),
            routes=[Route("/.well-known/jwks.json", jwks)],
        )
    )
