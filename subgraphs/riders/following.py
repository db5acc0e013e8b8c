"""Who may see an order's rider, and where he is."""

from __future__ import annotations

from subgraphs.common.auth import Caller

from .models import AssignmentRow
from .positions import RiderState


def may_follow_order(caller: Caller, assignment: AssignmentRow) -> bool:
    """Its customer, its vendor's staff, its rider, and admins."""
    if caller.anonymous or caller.tenant != assignment.tenant_id:
        return False
    people = (assignment.customer_id, assignment.rider_user_id)
    return caller.user_id in people or caller.works_for(assignment.vendor_id)


def may_follow_rider(caller: Caller, state: RiderState) -> bool:
    """Himself, admins, and, while he carries an order, its customer and its vendor's staff."""
    if caller.anonymous or caller.tenant != state.tenant:
        return False
    if caller.is_admin or caller.user_id in (state.user_id, state.customer_id):
        return True
    return state.vendor_id is not None and caller.works_for(state.vendor_id)
