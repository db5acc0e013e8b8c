"""Names in Valkey: what a rider does and where he is, and the channels of what moves."""

from __future__ import annotations

from uuid import UUID

PINGS = "waybill:riders:pings"


def rider_key(rider_id: UUID | str) -> str:
    """The hash with a rider's state and position."""
    return f"waybill:rider:{rider_id}"


def rate_key(rider_id: UUID, second: int) -> str:
    """How many reports a rider sent in a second."""
    return f"waybill:rider:{rider_id}:reports:{second}"


def geo_key(tenant: str) -> str:
    """The places of a tenant's riders who are not OFFLINE."""
    return f"waybill:riders:geo:{tenant}"


def rider_channel(rider_id: UUID | str) -> str:
    """Where a rider's positions are published."""
    return f"waybill:live:rider:{rider_id}"


def order_channel(order_id: UUID | str) -> str:
    """Where an order's statuses, and its rider's positions, are published."""
    return f"waybill:live:order:{order_id}"
