"""What riders, assignments and orders can be."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Whether a rider can take an order.")
class RiderStatus(Enum):
    """BUSY is whoever carries an order, or is being offered one."""

    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"
    BUSY = "BUSY"


@strawberry.enum(description="Whether somebody may ride for the marketplace.")
class RiderStanding(Enum):
    """Admins decide."""

    APPLIED = "APPLIED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SUSPENDED = "SUSPENDED"


@strawberry.enum(description="What a rider travels on.")
class Vehicle(Enum):
    """As demanded at registration."""

    BICYCLE = "BICYCLE"
    MOTORCYCLE = "MOTORCYCLE"
    CAR = "CAR"


@strawberry.enum(description="Where an order stands.")
class OrderStatus(Enum):
    """The same as in orders, which owns it."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    PREPARING = "PREPARING"
    READY = "READY"
    PICKED_UP = "PICKED_UP"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class AssignmentStatus(Enum):
    """WAITING for a rider; CLAIMING one; OFFERED to him, and on to COMPLETED or CANCELLED.

    EXHAUSTED: no rider is asked any more, a provider shall be. PROVIDER: one has it.
    """

    WAITING = "WAITING"
    CLAIMING = "CLAIMING"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    PICKED_UP = "PICKED_UP"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    EXHAUSTED = "EXHAUSTED"
    PROVIDER = "PROVIDER"


@strawberry.enum(name="AssignmentStatus", description="What became of an order that a rider was offered.")
class OwnStatus(Enum):
    """In the last four it is over for him; another rider may have it."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    PICKED_UP = "PICKED_UP"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


@strawberry.enum(description="Which of a rider's assignments.")
class AssignmentState(Enum):
    """OFFERED to him now, ACTIVE from his acceptance to the delivery, PAST."""

    OFFERED = "OFFERED"
    ACTIVE = "ACTIVE"
    PAST = "PAST"


# Of an assignment: no rider has it yet, somebody may be asked.
OPEN = frozenset({AssignmentStatus.WAITING, AssignmentStatus.CLAIMING})
# A rider has it: his to carry.
CARRIED = frozenset({AssignmentStatus.ACCEPTED, AssignmentStatus.PICKED_UP})
# He is kept for it: also while he has not answered.
HELD = CARRIED | {AssignmentStatus.OFFERED}

# A rider is looked for from when the vendor accepts until somebody picks the order up.
NEEDS_RIDER = frozenset({OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY})
LOST = frozenset({OrderStatus.REJECTED, OrderStatus.CANCELLED, OrderStatus.FAILED})
OVER = LOST | {OrderStatus.DELIVERED}
