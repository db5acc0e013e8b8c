"""`MarketplaceFigures.activeRiders`: what riders add to the figures that orders owns."""

from __future__ import annotations

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.references import Representations, stubs

from ..loaders import ActiveRiders
from ..resources import Info


@strawberry.federation.type(keys=["id"])
class MarketplaceFigures:
    """Owned by orders; its id is the marketplace's."""

    id: strawberry.ID

    @strawberry.field(description="Riders on duty now, with an order or without.")
    async def active_riders(self, info: Info) -> int | None:
        """One statement a shard."""
        caller = info.context.caller
        caller.require(Role.ADMIN)
        if self.id != caller.tenant:
            raise Forbidden("Only the marketplace's admins may see its figures.")
        return await info.context.loader(ActiveRiders).load(caller.tenant)

    @classmethod
    def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[MarketplaceFigures | CodedError]:
        """There are figures of whatever marketplace there is."""
        return stubs(representations, lambda each: cls(id=each["id"]))
