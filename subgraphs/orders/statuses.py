"""The order's state machine.

PENDING ─► ACCEPTED ─► PREPARING ─► READY ─► PICKED_UP ─► DELIVERED
   │           │           └──────────┴──────────► CANCELLED (admins)
   ├─► REJECTED (vendor)        any of them ─► FAILED (no provider takes it)
   └─► CANCELLED ◄┘ (customer)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry


@strawberry.enum(description="Where an order stands.")
class OrderStatus(Enum):
    """PENDING to DELIVERED, or one of the three sad ends."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    PREPARING = "PREPARING"
    READY = "READY"
    PICKED_UP = "PICKED_UP"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


S = OrderStatus

STEPS: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    S.PENDING: frozenset({S.ACCEPTED, S.REJECTED, S.CANCELLED, S.FAILED}),
    S.ACCEPTED: frozenset({S.PREPARING, S.CANCELLED, S.FAILED}),
    S.PREPARING: frozenset({S.READY, S.CANCELLED, S.FAILED}),
    S.READY: frozenset({S.PICKED_UP, S.CANCELLED, S.FAILED}),
    S.PICKED_UP: frozenset({S.DELIVERED, S.FAILED}),
    S.DELIVERED: frozenset(),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
    S.FAILED: frozenset(),
}

# Somebody has yet to do something for it; the index orders_open_idx holds these.
OPEN = (S.PENDING, S.ACCEPTED, S.PREPARING, S.READY, S.PICKED_UP)
FINAL = frozenset(status for status, following in STEPS.items() if not following)
# Until the kitchen starts, customers may cancel by themselves.
CANCELLABLE_BY_CUSTOMER = frozenset({S.PENDING, S.ACCEPTED})


def may_step(current: OrderStatus, to: OrderStatus) -> bool:
    """Whether an order may go from one status to another."""
    return to in STEPS[current]
