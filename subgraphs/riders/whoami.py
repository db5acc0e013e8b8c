"""The rider that a caller is."""

from __future__ import annotations

from uuid import UUID

from subgraphs.common.errors import Forbidden

from .loaders import RiderByUserId
from .resources import RidersContext
from .statuses import RiderStanding

_RIDERS = frozenset({RiderStanding.APPROVED, RiderStanding.SUSPENDED})


async def rider_of_caller(context: RidersContext) -> UUID:
    """The caller's rider id; Unauthenticated or Forbidden if he is none.

    His row decides, not his token's role: that is as old as his login, and who was suspended has still to
    bring home what he carries.
    """
    user_id, tenant = context.caller.signed_in(), context.caller.tenant
    known = context.resources.known.get(tenant, user_id)
    if known is not None:
        return known
    row = await context.loader(RiderByUserId).load(user_id)
    if row is None or row.tenant_id != tenant or RiderStanding(row.standing) not in _RIDERS:
        raise Forbidden("This account is not a rider's.")
    context.resources.known.put(tenant, user_id, row.id)
    return row.id
