"""The riders subgraph's ASGI app."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.common.app import Subgraph, build_app

from .resources import riders_resources
from .schema import schema
from .settings import RidersSettings


def create_app(settings: RidersSettings | None = None) -> Starlette:
    """Factory for uvicorn; settings come from the environment unless given."""
    settings = settings or RidersSettings()
    return build_app(Subgraph("riders", schema, settings, riders_resources(settings)))
