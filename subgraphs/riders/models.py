"""Tables of the riders subgraph: assignments in their order's bucket, all else sharded by rider.

A rider's id carries the bucket of his user's id. Assignments are partitioned by month (ranges of order ids,
which are ordered by time), pings by day.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Double, FetchedValue, Index, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.common.models import Base


class RiderRow(Base):
    """A rider; `order_id` is what he carries (then he is BUSY); the place is of the last batch of pings.

    `rating` is `stars` by `ratings`.
    """

    __tablename__ = "riders"
    __table_args__ = (
        Index(None, "tenant_id", "standing", "id"),
        Index("riders_active_idx", "tenant_id", postgresql_where=text("status <> 'OFFLINE'")),
        {"schema": "riders"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(unique=True)
    tenant_id: Mapped[str]
    vehicle: Mapped[str]
    region: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="OFFLINE")
    order_id: Mapped[UUID | None]
    rating: Mapped[float | None] = mapped_column(Double)
    ratings: Mapped[int] = mapped_column(server_default="0")
    stars: Mapped[int] = mapped_column(server_default="0")
    standing: Mapped[str] = mapped_column(server_default="APPROVED")
    lat: Mapped[float | None] = mapped_column(Double)
    lon: Mapped[float | None] = mapped_column(Double)
    heading: Mapped[float | None] = mapped_column(Double)
    located_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AssignmentRow(Base):
    """An order as riders see it: who may follow it, from where to where, and who carries it once one does.

    `delivery_rule`, `riders_offers` and `delivered_by` are what orders said last, null of orders from before
    it said so. `tried` are those who had an offer of it, `exhausted_at` since when nobody else is left.
    `version` counts what happened, so that news that come late are known for old.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "assignments_waiting_idx", "order_id", postgresql_where=text("status IN ('WAITING', 'CLAIMING')")
        ),
        Index(
            "assignments_offered_idx",
            text("coalesce(expires_at, '-infinity')"),
            postgresql_where=text("status = 'OFFERED'"),
        ),
        {"schema": "riders", "postgresql_partition_by": "RANGE (order_id)"},
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    customer_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    order_status: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="WAITING")
    rider_id: Mapped[UUID | None]
    rider_user_id: Mapped[UUID | None]
    pickup_lat: Mapped[float | None] = mapped_column(Double)
    pickup_lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    offered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    picked_up_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    delivery_rule: Mapped[str | None]
    riders_offers: Mapped[int | None]
    delivered_by: Mapped[str | None]
    prep_minutes: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default="0")
    offers: Mapped[int] = mapped_column(server_default="0")
    tried: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    expires_at: Mapped[datetime | None]
    exhausted_at: Mapped[datetime | None]


class OwnAssignmentRow(Base):
    """What became of an order that a rider was offered, on his own shard; written by `own_assignments.py`.

    `version` is the assignment's: an older one changes nothing. `let_go_at` is when he lost what he had not
    completed.
    """

    __tablename__ = "own_assignments"
    __table_args__ = (
        Index(None, "rider_id", "state", "order_id"),
        Index(None, "let_go_at"),
        {"schema": "riders"},
    )

    rider_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor_id: Mapped[UUID]
    status: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=FetchedValue())
    version: Mapped[int]
    pickup_lat: Mapped[float | None] = mapped_column(Double)
    pickup_lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    picked_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    let_go_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())


class PingRow(Base):
    """Where a rider was at a moment."""

    __tablename__ = "pings"
    __table_args__ = {"schema": "riders", "postgresql_partition_by": "RANGE (at)"}

    rider_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    heading: Mapped[float | None] = mapped_column(Double)
