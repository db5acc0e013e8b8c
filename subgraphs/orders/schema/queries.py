"""Queries: an order, the marketplace's figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from subgraphs.common.auth import Role

from ..resources import Info
from .figures import MarketplaceFigures, marketplace_figures
from .types import Order, load_order


@strawberry.type
class Query:
    """What can be asked of orders."""

    @strawberry.field(description="An order, for its customer, its vendor's staff, its rider and admins.")
    async def order(self, info: Info, id: strawberry.ID) -> Order | None:
        """Null if there is none that the caller may see."""
        return await load_order(info, id)

    @strawberry.field(description="What the marketplace sold from one day to another; for admins.")
    async def marketplace_figures(
        self, info: Info, from_: Annotated[date, strawberry.argument(name="from")], to: date
    ) -> MarketplaceFigures | None:
        """One statement a shard."""
        info.context.caller.require(Role.ADMIN)
        return await marketplace_figures(info, from_, to)
