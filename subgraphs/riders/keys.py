"""Names in Valkey: what a rider does and where he is, and the channels of what moves.

Each has its tenant, so that an id from elsewhere, which anybody may send, leads to nothing.
"""

from __future__ import annotations

from uuid import UUID

PINGS = "waybill:riders:pings"


def rider_key(tenant: str, rider_id: UUID) -> str:
    """The hash with a rider's state and position."""
    return f"waybill:rider:{tenant}:{rider_id}"


def rate_key(tenant: str, rider_id: UUID, second: int) -> str:
    """How many reports a rider sent in a second."""
    return f"waybill:rider:{tenant}:{rider_id}:reports:{second}"


def geo_key(tenant: str) -> str:
    """The places of a tenant's riders who are not OFFLINE."""
    return f"waybill:riders:geo:{tenant}"


def rider_channel(tenant: str, rider_id: UUID) -> str:
    """Where a rider's positions are published."""
    return f"waybill:live:rider:{tenant}:{rider_id}"


def order_channel(tenant: str, order_id: UUID) -> str:
    """Where an order's statuses, and its rider's positions, are published."""
    return f"waybill:live:order:{tenant}:{order_id}"


def own_channel(tenant: str, rider_id: UUID) -> str:
    """Where it is published that a rider's own list of assignments has changed."""
    return f"waybill:live:assignments:{tenant}:{rider_id}"
