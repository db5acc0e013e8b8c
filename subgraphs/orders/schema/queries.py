"""Queries: an order."""

from __future__ import annotations

import strawberry

from ..resources import Info
from .types import Order, load_order


@strawberry.type
class Query:
    """What can be asked of orders."""

    @strawberry.field(description="An order, for its customer, its vendor's staff, its rider and admins.")
    async def order(self, info: Info, id: strawberry.ID) -> Order | None:
        """Null if there is none that the caller may see."""
        return await load_order(info, id)
