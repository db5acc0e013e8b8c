"""Tables of the orders subgraph, sharded by customer.

Orders, their items and their timelines are partitioned by month: ids are ordered by time, so the partitions
are ranges of ids, and a look-up by id reads one of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.common.models import Base


class OrderRow(Base):
    """An order; amounts are in minor units of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "customer_id", "id"),
        Index(None, "vendor_id", "id"),
        Index("orders_waiting_idx", "id", postgresql_where=text("dispatch IN ('WAITING', 'TAKING_BACK')")),
        Index("orders_pending_idx", "id", postgresql_where=text("status = 'PENDING'")),
        Index(
            "orders_rider_wanted_idx",
            "rider_wanted_since",
            postgresql_where=text("rider_wanted_since IS NOT NULL"),
        ),
        Index(
            "orders_open_idx",
            "vendor_id",
            "id",
            postgresql_where=text("status IN ('PENDING', 'ACCEPTED', 'PREPARING', 'READY', 'PICKED_UP')"),
        ),
        {"schema": "orders", "postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor_id: Mapped[UUID]
    status: Mapped[str]
    region: Mapped[str]
    currency: Mapped[str]
    items_total: Mapped[int]
    delivery_fee: Mapped[int]
    service_fee: Mapped[int]
    total: Mapped[int]
    street: Mapped[str]
    city: Mapped[str]
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    note: Mapped[str | None]
    # Where the vendor is; null if the catalog does not say.
    pickup_lat: Mapped[float | None] = mapped_column(Double)
    pickup_lon: Mapped[float | None] = mapped_column(Double)
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # As the vendor had them then: minutes until an order is usually ready, IANA name of the time zone.
    prep_minutes: Mapped[int | None]
    vendor_time_zone: Mapped[str | None]
    # Who shall deliver (`DeliveryRule`), and who does (`DeliveredBy`): see delivery.py.
    delivery_rule: Mapped[str] = mapped_column(server_default="RIDERS_THEN_PROVIDER")
    riders_offers: Mapped[int] = mapped_column(server_default="3")
    delivered_by: Mapped[str | None]
    # Since when riders are asked, while none has it; whether none is left to ask.
    rider_wanted_since: Mapped[datetime | None]
    riders_exhausted: Mapped[bool] = mapped_column(server_default="false")
    # Where it stands with the delivery provider (`Dispatch`).
    dispatch: Mapped[str] = mapped_column(server_default="IDLE")
    take_back_since: Mapped[datetime | None]
    provider: Mapped[str | None]
    provider_reference: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    # Attempts that the provider answered by refusing the order; since when it has not answered at all.
    refusals: Mapped[int] = mapped_column(server_default="0")
    provider_away_since: Mapped[datetime | None]
    rider_id: Mapped[UUID | None]
    rider_user_id: Mapped[UUID | None]


class OrderItemRow(Base):
    """A line of an order, with the product's name and price as they were."""

    __tablename__ = "order_items"
    __table_args__ = {"schema": "orders", "postgresql_partition_by": "RANGE (order_id)"}

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    product_id: Mapped[UUID]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price: Mapped[int]


class OrderStepRow(Base):
    """A status that an order reached, when, and through whom."""

    __tablename__ = "order_steps"
    __table_args__ = {"schema": "orders", "postgresql_partition_by": "RANGE (order_id)"}

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by_user: Mapped[UUID | None]
    note: Mapped[str | None]


class OrderRatingRow(Base):
    """What a customer said of a delivered order: stars are 1 to 5, `products` [{"id": …, "stars": …}]."""

    __tablename__ = "ratings"
    __table_args__ = {"schema": "orders"}

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    vendor_stars: Mapped[int | None]
    rider_stars: Mapped[int | None]
    products: Mapped[list[Any]]
    text: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PlacementRow(Base):
    """Which order a customer's idempotency key made; `input_hash` tells a repetition from a mistake."""

    __tablename__ = "placements"
    __table_args__ = (Index(None, "at"), {"schema": "orders"})

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    order_id: Mapped[UUID]
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
