"""What riders, assignments and orders can be."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Whether a rider can take an order.")
class RiderStatus(Enum):
    """BUSY is whoever carries an order."""

    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"
    BUSY = "BUSY"


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
    """WAITING for a rider; CLAIMING one; OFFERED to him, and on to COMPLETED or CANCELLED."""

    WAITING = "WAITING"
    CLAIMING = "CLAIMING"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    PICKED_UP = "PICKED_UP"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


# A rider is looked for from when the vendor accepts until somebody picks the order up.
NEEDS_RIDER = frozenset({OrderStatus.ACCEPTED, OrderStatus.PREPARING, OrderStatus.READY})
LOST = frozenset({OrderStatus.REJECTED, OrderStatus.CANCELLED, OrderStatus.FAILED})
OVER = LOST | {OrderStatus.DELIVERED}
