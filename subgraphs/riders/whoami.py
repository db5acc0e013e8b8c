"""The rider that a caller is."""

from __future__ import annotations

from uuid import UUID

from subgraphs.common.auth import Role
from subgraphs.common.errors import Forbidden

from .loaders import RiderByUserId
from .resources import RidersContext


async def rider_of_caller(context: RidersContext) -> UUID:
    """The caller's rider id; Unauthenticated or Forbidden if he is none."""
    user_id, tenant = context.caller.require(Role.RIDER), context.caller.tenant
    known = context.resources.known.get(tenant, user_id)
    if known is not None:
        return known
    row = await context.loader(RiderByUserId).load(user_id)
    if row is None or row.tenant_id != tenant:
        raise Forbidden("This account is not a rider's.")
    context.resources.known.put(tenant, user_id, row.id)
    return row.id
