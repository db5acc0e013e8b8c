"""From the demo's riders and what they carry to rows of the riders' tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from .chance import Chance
from .load import Placed, Table
from .orders import Order
from .rows import Placing
from .world import Rider

RIDERS = Table(
    "riders",
    "riders",
    (
        *(
            "id",
            "user_id",
            "tenant_id",
            "vehicle",
            "region",
            "status",
            "order_id",
            "rating",
            "ratings",
            "stars",
        ),
        *("lat", "lon", "heading", "located_at", "created_at"),
    ),
)
ASSIGNMENTS = Table(
    "riders",
    "assignments",
    (
        *("order_id", "tenant_id", "customer_id", "vendor_id", "order_status", "status", "rider_id"),
        *("rider_user_id", "pickup_lat", "pickup_lon", "lat", "lon", "created_at", "offered_at"),
        *("accepted_at", "picked_up_at", "completed_at", "delivery_rule", "riders_offers", "delivered_by"),
    ),
)
OWN_ASSIGNMENTS = Table(
    "riders",
    "own_assignments",
    (
        *("rider_id", "order_id", "tenant_id", "vendor_id", "status", "version"),
        *("pickup_lat", "pickup_lon", "lat", "lon"),
        *("offered_at", "accepted_at", "picked_up_at", "ended_at"),
    ),
)
ASSIGNED = {"PICKED_UP": "PICKED_UP", "DELIVERED": "COMPLETED"}  # else WAITING
FOLLOWED = ("PENDING", "ACCEPTED", "PREPARING", "READY", "PICKED_UP", "DELIVERED")
ONLINE_SHARE = 0.7
OFFERS = 3  # riders of the demo let them pass while nobody plays them


def rider_row(rider: Rider, carried: Mapping[UUID, Order], now: datetime, placing: Placing) -> Placed:
    """Return a rider's row; who carries an order is on the way from the vendor to the customer."""
    order = carried.get(rider.id)
    chance = Chance.of("duty", rider.id)
    status = "BUSY" if order else "ONLINE" if chance.random() < ONLINE_SHARE else "OFFLINE"
    lat, lon = _on_the_way(order) if order else (rider.lat, rider.lon)
    return Placed(
        RIDERS,
        placing.shards.shard_of(rider.id),
        (
            *(rider.id, rider.user.id, placing.tenant, rider.vehicle, rider.user.city.region, status),
            *(
                order.id if order else None,
                rider.rating,
                rider.ratings,
                round(rider.rating * rider.ratings),
                lat,
                lon,
            ),
            *(float(chance.choice((0, 90, 180, 270))), now, rider.user.created_at),
        ),
    )


def _on_the_way(order: Order) -> tuple[float, float]:
    """Half of the way there, along streets that run north and east."""
    return order.vendor.lat, (order.vendor.lon + order.customer.lon) / 2


def assignment_rows(order: Order, placing: Placing) -> Iterator[Placed]:
    """Return the order as riders see it, if they ever did."""
    if order.status not in FOLLOWED:
        return
    times = dict(order.timeline)
    ready, rider = times.get("READY"), order.rider
    status = ASSIGNED.get(order.status, "WAITING")
    places = (order.vendor.lat, order.vendor.lon, order.customer.lat, order.customer.lon)
    yield Placed(
        ASSIGNMENTS,
        placing.shards.shard_of(order.id),
        (
            *(order.id, placing.tenant, order.customer.id, order.vendor.id, order.status, status),
            *((rider.id, rider.user.id) if rider else (None, None)),
            *(*places, order.placed_at),
            *((ready, ready) if rider else (None, None)),
            *(times.get("PICKED_UP"), times.get("DELIVERED")),
            *("RIDERS_THEN_PROVIDER", OFFERS, "RIDER" if rider else None),
        ),
    )
    if rider:
        yield Placed(
            OWN_ASSIGNMENTS,
            placing.shards.shard_of(rider.id),
            (
                *(rider.id, order.id, placing.tenant, order.vendor.id, status, 0, *places),
                *(ready, ready, times.get("PICKED_UP"), times.get("DELIVERED")),
            ),
        )
