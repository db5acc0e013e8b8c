"""The orders subgraph's ASGI app."""

from __future__ import annotations

from starlette.applications import Starlette

from subgraphs.common.app import Subgraph, build_app

from .resources import orders_resources
from .schema import schema
from .settings import OrdersSettings


def create_app(settings: OrdersSettings | None = None) -> Starlette:
    """Factory for uvicorn; settings come from the environment unless given."""
    settings = settings or OrdersSettings()
    return build_app(Subgraph("orders", schema, settings, orders_resources(settings)))
