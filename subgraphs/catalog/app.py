"""The catalog subgraph's ASGI app."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.common.app import Subgraph, build_app

from .resources import catalog_resources
from .schema import schema
from .settings import CatalogSettings


def create_app(settings: CatalogSettings | None = None) -> Starlette:
    """Factory for uvicorn; settings come from the environment unless given."""
    settings = settings or CatalogSettings()
    return build_app(Subgraph("catalog", schema, settings, catalog_resources(settings)))
